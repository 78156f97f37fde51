using System.Text.Json.Serialization;
using k8s.Models;

namespace Sgasa.Deploy.Tests.Support;

/// <summary>A resource that an operator defines; of its specification only what we use is known.</summary>
internal sealed record CustomResource<TSpec>
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required V1ObjectMeta Metadata { get; init; }

    public required TSpec Spec { get; init; }
}

/// <summary>keda.sh/v1alpha1.</summary>
internal sealed record ScaledObject
{
    public required V1CrossVersionObjectReference ScaleTargetRef { get; init; }

    public required int MinReplicaCount { get; init; }

    public required int MaxReplicaCount { get; init; }

    public int PollingInterval { get; init; }

    public int CooldownPeriod { get; init; }

    public KedaFallback? Fallback { get; init; }

    public KedaAdvanced? Advanced { get; init; }

    public required IReadOnlyList<KedaTrigger> Triggers { get; init; }
}

internal sealed record KedaFallback(int FailureThreshold, int Replicas, string Behavior);

internal sealed record KedaAdvanced(KedaAutoscaler HorizontalPodAutoscalerConfig);

internal sealed record KedaAutoscaler(V2HorizontalPodAutoscalerBehavior Behavior);

internal sealed record KedaTrigger
{
    public required string Type { get; init; }

    /// <summary>All of them are texts, also numbers.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public required V1LocalObjectReference AuthenticationRef { get; init; }
}

/// <summary>keda.sh/v1alpha1.</summary>
internal sealed record TriggerAuthentication
{
    public IReadOnlyList<KedaParameter> SecretTargetRef { get; init; } = [];

    public IReadOnlyList<KedaParameter> ConfigMapTargetRef { get; init; } = [];
}

internal sealed record KedaParameter
{
    public required string Parameter { get; init; }

    public required string Name { get; init; }

    public required string Key { get; init; }
}

/// <summary>rabbitmq.com/v1beta1.</summary>
internal sealed record RabbitmqCluster
{
    public required int Replicas { get; init; }

    public required string Image { get; init; }

    public int TerminationGracePeriodSeconds { get; init; }

    public required V1ResourceRequirements Resources { get; init; }

    public required RabbitmqPersistence Persistence { get; init; }

    public required RabbitmqTls Tls { get; init; }

    public required RabbitmqSettings Rabbitmq { get; init; }

    public required V1Affinity Affinity { get; init; }
}

internal sealed record RabbitmqPersistence(ResourceQuantity Storage);

internal sealed record RabbitmqTls(string SecretName, bool DisableNonTLSListeners);

internal sealed record RabbitmqSettings(string AdditionalConfig);

/// <summary>mongodbcommunity.mongodb.com/v1.</summary>
internal sealed record MongoDBCommunity
{
    public required string Type { get; init; }

    public required int Members { get; init; }

    public required string Version { get; init; }

    public required MongoSecurity Security { get; init; }

    public required IReadOnlyList<MongoUser> Users { get; init; }

    public required IReadOnlyDictionary<string, double> AdditionalMongodConfig { get; init; }

    public required MongoStatefulSet StatefulSet { get; init; }
}

internal sealed record MongoSecurity(MongoAuthentication Authentication, MongoTls Tls);

internal sealed record MongoAuthentication(IReadOnlyList<string> Modes);

internal sealed record MongoTls(
    bool Enabled, V1LocalObjectReference CertificateKeySecretRef, V1LocalObjectReference CaCertificateSecretRef);

internal sealed record MongoUser
{
    public required string Name { get; init; }

    public required string Db { get; init; }

    public required V1LocalObjectReference PasswordSecretRef { get; init; }

    public required string ScramCredentialsSecretName { get; init; }

    public required string ConnectionStringSecretName { get; init; }

    public required IReadOnlyList<MongoRole> Roles { get; init; }
}

internal sealed record MongoRole(string Name, string Db);

internal sealed record MongoStatefulSet(MongoStatefulSetSpec Spec);

internal sealed record MongoStatefulSetSpec(
    V1PodTemplateSpec Template, IReadOnlyList<V1PersistentVolumeClaim> VolumeClaimTemplates);

/// <summary>cert-manager.io/v1.</summary>
internal sealed record Certificate
{
    public required string SecretName { get; init; }

    public required string Duration { get; init; }

    public required string RenewBefore { get; init; }

    public required CertificateIssuer IssuerRef { get; init; }

    public IReadOnlyList<string> DnsNames { get; init; } = [];

    public bool IsCA { get; init; }

    public string? CommonName { get; init; }

    public CertificateKey? PrivateKey { get; init; }
}

internal sealed record CertificateIssuer(string Kind, string Name);

internal sealed record CertificateKey(string Algorithm, int Size);

/// <summary>cert-manager.io/v1.</summary>
internal sealed record Issuer
{
    public object? SelfSigned { get; init; }

    public IssuerAuthority? Ca { get; init; }
}

internal sealed record IssuerAuthority(string SecretName);

/// <summary>monitoring.coreos.com/v1.</summary>
internal sealed record PodMonitor
{
    public required V1LabelSelector Selector { get; init; }

    public IReadOnlyList<string> PodTargetLabels { get; init; } = [];

    public required IReadOnlyList<PodMonitorEndpoint> PodMetricsEndpoints { get; init; }
}

internal sealed record PodMonitorEndpoint
{
    public required string Port { get; init; }

    public required string Path { get; init; }

    public string? Scheme { get; init; }

    public string? Interval { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Params { get; init; }

    public PodMonitorTls? TlsConfig { get; init; }
}

internal sealed record PodMonitorTls(string ServerName, PodMonitorAuthority Ca);

internal sealed record PodMonitorAuthority(V1SecretKeySelector Secret);

/// <summary>monitoring.coreos.com/v1.</summary>
internal sealed record PrometheusRule
{
    public required IReadOnlyList<AlertGroup> Groups { get; init; }
}

internal sealed record AlertGroup(string Name, IReadOnlyList<Alert> Rules);

internal sealed record Alert
{
    [JsonPropertyName("alert")]
    public required string Name { get; init; }

    public required string Expr { get; init; }

    public required string For { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
}
