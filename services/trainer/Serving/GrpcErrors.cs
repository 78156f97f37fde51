using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Sgasa.Contracts;
using Sgasa.Hosting;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Serving;

/// <summary>Maps every exception to a gRPC status with a one-line message.</summary>
internal sealed class GrpcErrors(ILogger<GrpcErrors> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Map(fault, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Map(fault, context);
        }
    }

    private RpcException Map(Exception fault, ServerCallContext context)
    {
        var (code, message) = fault switch
        {
            CheckpointNotFoundException => (StatusCode.NotFound, fault.Message),
            UploadIncompleteException => (StatusCode.FailedPrecondition, fault.Message),
            UserErrorException => (StatusCode.InvalidArgument, fault.Message),
            OperationCanceledException when context.CancellationToken.IsCancellationRequested =>
                (StatusCode.Cancelled, "The caller cancelled."),
            OperationCanceledException or ObjectDisposedException =>
                (StatusCode.Unavailable, "The trainer is shutting down; try again later."),
            _ when TransientFaults.IsTransient(fault) =>
                (StatusCode.Unavailable, $"The trainer's store did not answer ({fault.GetType().Name}); try again later."),
            _ => (StatusCode.Internal, $"The trainer met a fault ({fault.GetType().Name}); see its log."),
        };
        if (code == StatusCode.Internal) logger.CallFailed(fault, context.Method);
        return new RpcException(new Status(code, message));
    }
}
