using Sgasa.Modeling.Architectures;

namespace Sgasa.Modeling;

/// <summary>Configurations read from model folders.</summary>
public static class ModelConfigFiles
{
    extension(ModelConfig)
    {
        /// <summary>Reads a folder's <c>config.json</c>, and of <c>generation_config.json</c> the token ids.</summary>
        /// <param name="folder">The folder.</param>
        /// <exception cref="ModelFormatException">A file is missing or damaged, or asks for what is not supported.</exception>
        public static ModelConfig FromPretrained(string folder) => ModelConfigReader.Read(folder);
    }
}
