using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;

namespace Sgasa.Hosting.ModelClients;

/// <summary>A file to send with a training job.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Path">Where it is here.</param>
public sealed record FileToSend(string Name, string Path);

/// <summary>
/// Asks the trainer's <c>Training</c> service, over broken connections and restarted trainers: what is sent goes on where it stopped.
/// </summary>
/// <param name="training">The service's client.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Says to the user what happens to the connection.</param>
public sealed class TrainingJobClient(Training.TrainingClient training, TimeProvider time, Action<string> tell)
{
    private const int PieceBytes = 1 << 20;
    private const int Sendings = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Watching = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Copying = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    /// <summary>What a failed call to the trainer means: what the trainer says about it is for the user.</summary>
    public static Exception Translate(RpcException fault, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return GrpcFaults.OfJob(fault, cancellationToken);
    }

    /// <summary>A job as it stands; null where there is none.</summary>
    /// <exception cref="ModelUnavailableException">The trainer stayed away for ten minutes.</exception>
    public Task<TrainingJob?> FindAsync(string jobId, CancellationToken cancellationToken) => PatientlyAsync(
        async deadline =>
        {
            try
            {
                return await training.GetAsync(Request(jobId), null, deadline, cancellationToken);
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.NotFound)
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>Sends a job's files and the job. One that was sent before is not sent again.</summary>
    /// <param name="job">The job, without its files.</param>
    /// <param name="files">The files.</param>
    /// <param name="sent">Hears of the bytes that are there.</param>
    /// <param name="cancellationToken">Cancels between two pieces.</param>
    /// <exception cref="UserErrorException">The trainer refuses the job; the message says why.</exception>
    /// <exception cref="ModelUnavailableException">The trainer stayed away for ten minutes.</exception>
    public async Task<TrainingJob> SubmitAsync(
        TrainingJobSpec job, IReadOnlyList<FileToSend> files, IProgress<long>? sent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(files);
        for (var left = Sendings; ; left--)
        {
            var whole = job.Clone();
            var before = 0L;
            foreach (var file in files)
            {
                whole.Files.Add(await SendAsync(job.JobId, file, before, sent, cancellationToken));
                before += whole.Files[^1].Length;
            }
            try
            {
                return await PatientlyAsync(
                    async _ => await training.SubmitAsync(whole, null, Deadline(Copying), cancellationToken), cancellationToken);
            }
            catch (UserErrorException fault) when (left > 1 && fault.InnerException is RpcException { StatusCode: StatusCode.FailedPrecondition })
            {
                // Some of it went to another trainer than the one that was asked now, or came damaged.
            }
        }
    }

    /// <summary>A job's progress until it has ended.</summary>
    /// <exception cref="UserErrorException">There is no such job.</exception>
    /// <exception cref="ModelUnavailableException">The trainer stayed away for ten minutes.</exception>
    public async IAsyncEnumerable<TrainingJob> WatchAsync(
        string jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var absence = new Absence(time, tell);
        while (true)
        {
            // A connection that was dropped without a word is noticed when the deadline comes.
            using var watch = training.Watch(Request(jobId), null, Deadline(Watching), cancellationToken);
            while (await NextAsync(watch.ResponseStream, absence, cancellationToken))
            {
                var job = watch.ResponseStream.Current;
                absence.End();
                yield return job;
                if (job.Status is not (TrainingStatus.Queued or TrainingStatus.Running)) yield break;
            }
            await absence.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops a job for good.</summary>
    /// <exception cref="UserErrorException">There is no such job.</exception>
    /// <exception cref="ModelUnavailableException">The trainer stayed away for ten minutes.</exception>
    public Task<TrainingJob> CancelAsync(string jobId, CancellationToken cancellationToken) => PatientlyAsync(
        async deadline => await training.CancelAsync(Request(jobId), null, deadline, cancellationToken), cancellationToken);

    /// <summary>Writes a completed job's files into an existing folder.</summary>
    /// <exception cref="UserErrorException">There is no such job, or it has made nothing.</exception>
    /// <exception cref="ModelUnavailableException">The trainer stayed away for ten minutes.</exception>
    public Task DownloadAsync(string jobId, string folder, CancellationToken cancellationToken) => PatientlyAsync(
        async _ =>
        {
            FileStream? file = null;
            try
            {
                using var download = training.Download(Request(jobId), null, Deadline(Copying), cancellationToken);
                while (await download.ResponseStream.MoveNext(cancellationToken))
                {
                    var piece = download.ResponseStream.Current;
                    if (piece.Name.StartsWith('.') || piece.Name.Length == 0 || Path.GetFileName(piece.Name) != piece.Name)
                        throw new UserErrorException($"The trainer names a file '{piece.Name}', which is no file's name.");
                    if (piece.Offset == 0)
                    {
                        if (file is not null) await file.DisposeAsync();
                        file = File.Create(Path.Combine(folder, piece.Name));
                    }
                    if (file is null || file.Position != piece.Offset)
                        throw new UserErrorException($"{piece.Name} came in disorder: give the same command again.");
                    await file.WriteAsync(piece.Content.Memory, cancellationToken);
                }
                return true;
            }
            finally
            {
                if (file is not null) await file.DisposeAsync();
            }
        },
        cancellationToken);

    private async Task<TrainingFile> SendAsync(
        string jobId, FileToSend file, long before, IProgress<long>? sent, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file.Path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        var buffer = new byte[PieceBytes];
        var there = 0L;
        do
        {
            content.Position = there;
            var read = await content.ReadAtLeastAsync(buffer, PieceBytes, false, cancellationToken);
            var piece = new FilePiece
            {
                JobId = jobId,
                Name = file.Name,
                Offset = there,
                Content = ByteString.CopyFrom(buffer, 0, read),
            };
            there = (await PatientlyAsync(
                async deadline => await training.UploadAsync(piece, null, deadline, cancellationToken), cancellationToken)).Length;
            if (there > content.Length)
                throw new UserErrorException($"The trainer has another {file.Name} for this job: try again in a day, or with another seed.");
            sent?.Report(before + there);
        }
        while (there < content.Length);
        return new TrainingFile { Name = file.Name, Length = content.Length, Sha256 = hash };
    }

    private async Task<T> PatientlyAsync<T>(Func<DateTime, Task<T>> ask, CancellationToken cancellationToken)
    {
        var absence = new Absence(time, tell);
        while (true)
        {
            try
            {
                return await ask(Deadline(Patience));
            }
            catch (RpcException fault)
            {
                absence.Note(GrpcFaults.OfJob(fault, cancellationToken));
            }
            await absence.WaitAsync(cancellationToken);
        }
    }

    private DateTime Deadline(TimeSpan patience) => (time.GetUtcNow() + patience).UtcDateTime;

    private static async Task<bool> NextAsync(
        IAsyncStreamReader<TrainingJob> stream, Absence absence, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken);
        }
        catch (RpcException fault)
        {
            absence.Note(GrpcFaults.OfJob(fault, cancellationToken));
            return false;
        }
    }

    private static TrainingJobRequest Request(string jobId) => new() { JobId = jobId };

    /// <summary>How long the trainer has been away, and how long to wait for it.</summary>
    private sealed class Absence(TimeProvider time, Action<string> tell)
    {
        private TimeSpan _pause = FirstPause;
        private long? _since;
        private bool _told;

        /// <summary>Takes a fault for an absence, or throws what will not pass.</summary>
        public void Note(Exception fault)
        {
            if (fault is not ModelUnavailableException) throw fault;
            if (_since is { } since && time.GetElapsedTime(since) >= GiveUpAfter) throw fault;
            if (_since is not null && !_told)
            {
                tell("The trainer does not answer; a training that it has goes on by itself. Trying again …");
                _told = true;
            }
            _since ??= time.GetTimestamp();
        }

        public void End()
        {
            if (_told) tell("Connected again.");
            (_pause, _since, _told) = (FirstPause, null, false);
        }

        public async Task WaitAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(_pause, time, cancellationToken);
            _pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, 2 * _pause.Ticks));
        }
    }
}
