namespace Sgasa.Deploy.Tests.Support;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Bus__Concurrency", "8")]
    [InlineData("Bus__EndpointConcurrency__augment-prompts", "8")]
    [InlineData("Models__Generator__Timeout", "00:30:00")]
    [InlineData("Logging__LogLevel__Default", "Debug")]
    [InlineData("SGASA_ENVIRONMENT", "Production")]
    [InlineData("Augmenter__MaxParallelCalls", "32")]
    public void Faults_KnownSetting_AreNone(string key, string value) =>
        Settings.Faults("augmenter", [KeyValuePair.Create(key, value)]).ShouldBeEmpty();

    [Theory]
    [InlineData("Bus__Concurency", "8")]
    [InlineData("Bus__Concurrency", "eight")]
    [InlineData("Bus__Concurrency", "0")]
    [InlineData("Buss__Host", "rabbitmq")]
    [InlineData("Models__Generator__Adress", "http://trainer:5600")]
    [InlineData("Trainer__Device", "cpu")]
    [InlineData("Host", "rabbitmq")]
    public void Faults_UnknownOrWrongSetting_AreTold(string key, string value) =>
        Settings.Faults("augmenter", [KeyValuePair.Create(key, value)]).ShouldHaveSingleItem();
}
