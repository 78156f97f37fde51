using Grpc.Core;
using Sgasa.Contracts;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Turns a failed gRPC call into the fault that consumers know.</summary>
internal static class GrpcFaults
{
    /// <summary>The fault to throw instead.</summary>
    public static Exception Translate(RpcException fault, CancellationToken cancellationToken)
    {
        if (fault.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
            return new OperationCanceledException("The request was cancelled.", fault, cancellationToken);

        return Passes(fault)
            ? new ModelUnavailableException($"The trainer could not answer ({fault.StatusCode}): {fault.Status.Detail}", fault)
            : new ModelRequestException($"The trainer refused a request ({fault.StatusCode}): {fault.Status.Detail}", fault);
    }

    /// <summary>The fault of a call about a training job to throw instead: what the trainer says about it is for the user.</summary>
    public static Exception OfJob(RpcException fault, CancellationToken cancellationToken) => fault.StatusCode switch
    {
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition => new UserErrorException(fault.Status.Detail, fault),
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => new UserErrorException(
            "The trainer, or the server before it, does not know the key that was sent, or it may not do this.", fault),
        StatusCode.Unimplemented => new UserErrorException(
            "What answers there takes no trainings. Check the address, and the server's version.", fault),
        _ => Translate(fault, cancellationToken),
    };

    private static bool Passes(RpcException fault)
    {
        // A connection that broke in the middle of an answer shows as an internal error with the cause inside.
        var broken = fault.StatusCode == StatusCode.Internal
            && (fault.Status.DebugException is IOException or HttpRequestException);
        return broken || TransientFaults.IsTransient(fault.StatusCode);
    }
}
