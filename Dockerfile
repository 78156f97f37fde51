# One image for each service: docker build --build-arg SERVICE=augmenter -t sgasa-augmenter .
# SERVICE: coordinator, synthesizer, augmenter, trainer or evaluator. TORCH_BACKEND (trainer): cpu or cuda.
ARG SERVICE=coordinator

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# What restoring reads and nothing else: these layers stay while only code changes.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY contracts/*.csproj contracts/
COPY libs/api/*.csproj libs/api/
COPY libs/artifacts/*.csproj libs/artifacts/
COPY libs/attacklogs/*.csproj libs/attacklogs/
COPY libs/configuration/*.csproj libs/configuration/
COPY libs/hosting/*.csproj libs/hosting/
COPY libs/modeling/*.csproj libs/modeling/
COPY libs/prompting/*.csproj libs/prompting/
COPY models/tiny/world/*.csproj models/tiny/world/
ARG SERVICE
ARG TORCH_BACKEND=cpu
COPY services/${SERVICE}/*.csproj services/${SERVICE}/
RUN dotnet restore services/${SERVICE} --use-current-runtime -p:TorchBackend=${TORCH_BACKEND}

COPY contracts contracts
COPY libs libs
COPY models/tiny/world models/tiny/world
COPY services/${SERVICE} services/${SERVICE}
# The executable has one name in every image, and nothing that the program never reads stays beside it.
RUN dotnet publish services/${SERVICE} -c Release --no-restore --use-current-runtime --self-contained false \
      -p:TorchBackend=${TORCH_BACKEND} -p:DebugType=none -p:GenerateDocumentationFile=false -o /app \
 && find /app -name '*.xml' -delete \
 && ln -s "$(basename services/${SERVICE}/*.csproj .csproj)" /app/service

# What all services run in: as a user without rights, and with nothing to write but /tmp and /data.
FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS service
ENV Http__Address=* DOTNET_NOLOGO=1
RUN mkdir /data && chown app:app /data
WORKDIR /app
COPY --from=build /app .
USER app
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=6 CMD ["/app/service", "--probe"]
ENTRYPOINT ["/app/service"]

FROM service AS coordinator
FROM service AS synthesizer
FROM service AS augmenter
FROM service AS evaluator

# The trainer brings libtorch, and the tiny model for a first try; mount another over /models and name it.
FROM service AS trainer
COPY models/tiny/model /models/tiny
ENV Trainer__ModelFolder=/models/tiny Trainer__DataFolder=/data Trainer__Listen=http://0.0.0.0:5600
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
EXPOSE 5600

FROM ${SERVICE}
