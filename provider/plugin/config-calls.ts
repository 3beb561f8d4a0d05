/** The calls that come first: handshake, schema, and checking and setting the configuration. */

import { status } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckFailure,
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type DiffRequest,
  DiffResponse,
  GetMappingResponse,
  GetMappingsResponse,
  type GetSchemaRequest,
  GetSchemaResponse,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { sameJson } from "../client";
import { ourKeys } from "../devices/configuration/keys";
import { variableOf } from "../devices/configuration/variables";
import type { EngineValues } from "../lifecycle/state/engine-words";
import { version } from "../version";
import { CallError } from "./grpc";
import { fromStruct, toStruct } from "./property-values";
import {
  type Configuration,
  configurationProblems,
  environmentOf,
  isSecretArgument,
  type ProviderName,
} from "./provider-config";
import { packageSchema } from "./schema/package-schema";
import type { Session } from "./session";

export class ConfigCalls {
  readonly #session: Session;
  readonly #env: NodeJS.ProcessEnv;
  /** Whether the engine says which provider it configures. */
  #namesProviders = false;

  constructor(session: Session, env: NodeJS.ProcessEnv) {
    this.#session = session;
    this.#env = env;
  }

  handshake(request: ProviderHandshakeRequest): ProviderHandshakeResponse {
    this.#session.begin(request.getEngineAddress());
    this.#namesProviders = request.getConfigureWithUrn();
    const response = new ProviderHandshakeResponse();
    // Otherwise the engine would strip the marks of secrets, and nobody would know what is derived from one.
    response.setAcceptSecrets(true);
    // Otherwise a component's input would be known only as a whole, as would its origins and whether it is secret.
    response.setAcceptOutputs(true);
    return response;
  }

  attach(request: PluginAttach): Empty {
    this.#session.begin(request.getAddress());
    return new Empty();
  }

  getPluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(version);
    return info;
  }

  getSchema(request: GetSchemaRequest): GetSchemaResponse {
    if (request.getVersion() > 0) {
      throw new CallError(status.INVALID_ARGUMENT, `schema version ${request.getVersion()} is not known, only 0`);
    }
    const response = new GetSchemaResponse();
    response.setSchema(JSON.stringify(packageSchema()));
    return response;
  }

  // There is nothing to translate from another tool.
  getMapping(): GetMappingResponse {
    return new GetMappingResponse();
  }

  getMappings(): GetMappingsResponse {
    return new GetMappingsResponse();
  }

  checkConfig(request: CheckRequest): CheckResponse {
    const given = fromStruct(request.getNews());
    this.#session.noteFormerInputs(fromStruct(request.getOlds()));
    const provider = providerName(request.getName() || request.getUrn().split("::").at(-1));
    const configuration = textsOf(given);
    const problems = configurationProblems(
      given,
      configuration,
      environmentOf(this.#env, configuration, provider),
      provider,
    );
    const response = new CheckResponse();
    response.setInputs(toStruct(given, isSecretArgument));
    response.setFailuresList(
      problems.map((problem) => {
        const failure = new CheckFailure();
        // The engine prints the value of any property named here, even a secret one.
        failure.setReason(problem);
        return failure;
      }),
    );
    return response;
  }

  /**
   * Never replaces the provider, which would replace every resource: whether another address is another device shows
   * when the resources are compared. The engine also asks this, of the new provider, when a resource has changed
   * providers. The state of a dynamic provider has foreign keys.
   */
  diffConfig(request: DiffRequest): DiffResponse {
    const before = fromStruct(request.getOldInputs() ?? request.getOlds());
    const after = fromStruct(request.getNews());
    this.#session.comparedWith(before);
    const changed = ourKeys.filter((key) => !sameJson(before[key] ?? null, after[key] ?? null));
    const response = new DiffResponse();
    response.setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
    response.setDiffsList(changed);
    return response;
  }

  async configure(request: ConfigureRequest): Promise<ConfigureResponse> {
    const given = request.hasArgs() ? fromStruct(request.getArgs()) : {};
    const old = request.getVariablesMap().toArray() as [string, string][];
    const variables = Object.fromEntries(old.map(([key, value]) => [key.replace(/^dli:config:/, ""), value]));
    const configuration = textsOf({ ...variables, ...given });
    if (!this.#namesProviders && request.getName() === "") {
      refuseDoubt(configuration["url"], this.#env[variableOf("default", "url")]);
    }
    await this.#session.configure(configuration, providerName(request.getName()));
    const response = new ConfigureResponse();
    response.setSupportspreview(true);
    response.setAcceptsecrets(true);
    response.setAcceptoutputs(true);
    return response;
  }
}

/**
 * The environment wins over the address of the engine's own provider, but not over that of one in the program.
 * @throws CallError if it matters which of them is configured.
 */
function refuseDoubt(given: string | undefined, inEnvironment = ""): void {
  if (given === undefined || inEnvironment === "" || given === inEnvironment) {
    return;
  }
  throw new CallError(
    status.FAILED_PRECONDITION,
    "this version of Pulumi does not say which provider it configures, so it is not known whether the address of the provider counts or DLI_URL. Install Pulumi 3.200 or newer, or remove DLI_URL from the environment.",
  );
}

/** The engine calls its own providers `default`, followed by the version if the program asks for one. */
function providerName(name: string | undefined): ProviderName {
  const isOwn = name === undefined || name === "" || /^default(_\d|$)/.test(name);
  return { explicit: isOwn ? undefined : name, isVersioned: isOwn && name?.startsWith("default_") === true };
}

/** Configuration as texts, as `pulumi config` has it. */
function textsOf(given: EngineValues): Configuration {
  const entries = Object.entries(given).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
