using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sgasa.AttackLogs;

namespace Sgasa.Coordinator.Tests.Api;

/// <summary>Tests that measure the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>How much memory a long log takes while it is taken in.</summary>
[Collection(nameof(Alone))]
public sealed class IntakeMemoryTests
{
    [Fact]
    public async Task Post_HundredThousandPrompts_NeedsLittleMemory()
    {
        await using var host = await ApiHost.StartAsync();
        using var content = new StreamContent(new GeneratedLog(100_000, new string('x', 600)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var (status, log) = await host.PostLogAsync(content);

        status.ShouldBe(HttpStatusCode.Created);
        log.GetProperty("sampleIds").GetArrayLength().ShouldBe(2 * LogSample.PerLabel);
        // The log has 65 MB: what stays is no part of it, and while it was read its texts were never held.
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(16 << 20);
        GeneratedLog.Peak.ShouldBeLessThan(before + (48L << 20));
    }

    /// <summary>A log that is made while it is read, and looks at the memory in use meanwhile.</summary>
    private sealed class GeneratedLog(int prompts, string filler) : Stream
    {
        private int _next;
        private byte[] _line = [];
        private int _read;

        public static long Peak { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_read == _line.Length)
            {
                if (_next == prompts) return 0;
                if (_next % 10_000 == 0) Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: true));
                var label = _next % 2 == 0 ? "harmful" : "benign";
                _line = Encoding.UTF8.GetBytes($$"""{"prompt": "prompt {{_next}} {{filler}}", "label": "{{label}}"}""" + "\n");
                (_next, _read) = (_next + 1, 0);
            }

            var length = Math.Min(count, _line.Length - _read);
            _line.AsSpan(_read, length).CopyTo(buffer.AsSpan(offset));
            _read += length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
