using Grpc.Core;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Turns a failed gRPC call into the fault that consumers know.</summary>
internal static class GrpcFaults
{
    /// <summary>The fault to throw instead.</summary>
    public static Exception Translate(RpcException fault, CancellationToken cancellationToken)
    {
        if (fault.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
            return new OperationCanceledException("The request was cancelled.", fault, cancellationToken);

        // A connection that broke in the middle of an answer shows as an internal error with the cause inside.
        var broken = fault.StatusCode == StatusCode.Internal
            && (fault.Status.DebugException is IOException or HttpRequestException);
        return broken || TransientFaults.IsTransient(fault.StatusCode)
            ? new ModelUnavailableException($"The trainer could not answer ({fault.StatusCode}): {fault.Status.Detail}", fault)
            : new ModelRequestException($"The trainer refused a request ({fault.StatusCode}): {fault.Status.Detail}", fault);
    }
}
