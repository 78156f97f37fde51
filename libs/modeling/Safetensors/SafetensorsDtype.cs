namespace Sgasa.Modeling.Safetensors;

/// <summary>Number formats of the safetensors format, named as in its header but for the underscores.</summary>
public enum SafetensorsDtype
{
    /// <summary>Boolean, one byte.</summary>
    BOOL,

    /// <summary>4-bit floating point.</summary>
    F4,

    /// <summary>6-bit floating point, 2 exponent bits.</summary>
    F6E2M3,

    /// <summary>6-bit floating point, 3 exponent bits.</summary>
    F6E3M2,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>8-bit floating point, 5 exponent bits.</summary>
    F8E5M2,

    /// <summary>8-bit floating point, 4 exponent bits.</summary>
    F8E4M3,

    /// <summary>8-bit exponent alone.</summary>
    F8E8M0,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>IEEE 16-bit floating point.</summary>
    F16,

    /// <summary>16-bit floating point with the exponent of a 32-bit one.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>IEEE 32-bit floating point.</summary>
    F32,

    /// <summary>Complex number of two 32-bit parts.</summary>
    C64,

    /// <summary>IEEE 64-bit floating point.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,
}
