/** A client of the plugin's protocol that calls as the engine does, and a listener for the plugin's log messages. */
import { type ChannelCredentials, credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Values = Record<string, unknown>;

/** An unknown value as it is spelt on the wire. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret as it is spelt on the wire. */
export function secret(value: unknown): Values {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

export interface LoggedWord {
  readonly message: string;
  readonly urn: string;
  readonly severity: number;
}

/** The engine's side of the protocol, which receives log messages. */
export class FakeEngine {
  readonly #server: Server;

  constructor(
    readonly address: string,
    /** Every message so far. */
    readonly logged: readonly LoggedWord[],
    server: Server,
  ) {
    this.#server = server;
  }

  static async start(): Promise<FakeEngine> {
    const server = new Server();
    const logged: LoggedWord[] = [];
    const refuse = (_call: unknown, callback: (error: Partial<ServiceError>) => void) => callback({ code: 12 });
    server.addService(EngineService, {
      log(call: { request: LogRequest }, callback: (error: null, answer: Empty) => void) {
        const { request } = call;
        logged.push({ message: request.getMessage(), urn: request.getUrn(), severity: request.getSeverity() });
        callback(null, new Empty());
      },
      getRootResource: refuse,
      setRootResource: refuse,
    } as never);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return new FakeEngine(`127.0.0.1:${port}`, logged, server);
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

/** The error of a call, with its details about a half-finished resource. */
export interface CallFailure extends ServiceError {
  readonly initFailure?: { id: string; properties: Values; reasons: string[]; refreshBeforeUpdate: boolean };
}

export interface DetailedDiff {
  readonly changes: "none" | "some" | "unknown";
  readonly replaces: string[];
  readonly diffs: string[];
  readonly details: Record<string, string>;
  readonly deleteBeforeReplace: boolean;
}

const kindNames = Object.fromEntries(
  Object.entries(rpc.PropertyDiff.Kind).map(([name, number]) => [number, name.toLowerCase().replace("_", "-")]),
);

/** Calls of the protocol with plain values; they reject with `CallFailure`. */
export class PluginClient {
  readonly raw: ResourceProviderClient;

  constructor(port: number, channel: ChannelCredentials = credentials.createInsecure()) {
    this.raw = new ResourceProviderClient(`127.0.0.1:${port}`, channel);
  }

  close(): void {
    this.raw.close();
  }

  /** Makes any call, by name. */
  call<A>(name: string, request: unknown): Promise<A> {
    return new Promise((resolve, reject) => {
      const method = (this.raw as unknown as Record<string, (...args: unknown[]) => void>)[name]!;
      method.call(this.raw, request, (error: ServiceError | null, answer: A) =>
        error ? reject(withInitFailure(error)) : resolve(answer),
      );
    });
  }

  handshake(engineAddress: string): Promise<rpc.ProviderHandshakeResponse> {
    const request = new rpc.ProviderHandshakeRequest();
    request.setEngineAddress(engineAddress);
    request.setConfigureWithUrn(true);
    return this.call("handshake", request);
  }

  async configure(args: Values, name = "default"): Promise<rpc.ConfigureResponse> {
    const request = new rpc.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(args as never));
    request.setName(name);
    request.setType("pulumi:providers:dli");
    return this.call("configure", request);
  }

  async checkConfig(news: Values, name = "default") {
    const answer = await this.call<rpc.CheckResponse>("checkConfig", checkRequest("pulumi:providers:dli", name, news));
    return checked(answer);
  }

  async check(type: string, news: Values, olds: Values = {}, name = "it") {
    return checked(await this.call<rpc.CheckResponse>("check", checkRequest(token(type), name, news, olds)));
  }

  async diff(
    type: string,
    request: { id?: string; olds: Values; oldInputs?: Values; news: Values; ignoreChanges?: string[] },
    method: "diff" | "diffConfig" = "diff",
  ): Promise<DetailedDiff> {
    const message = new rpc.DiffRequest();
    message.setUrn(urn(token(type), "it"));
    message.setType(token(type));
    message.setName("it");
    message.setId(request.id ?? "");
    message.setOlds(Struct.fromJavaScript(request.olds as never));
    message.setNews(Struct.fromJavaScript(request.news as never));
    if (request.oldInputs) {
      message.setOldInputs(Struct.fromJavaScript(request.oldInputs as never));
    }
    message.setIgnorechangesList(request.ignoreChanges ?? []);
    const answer = await this.call<rpc.DiffResponse>(method, message);
    const details = answer.getDetaileddiffMap().toArray() as unknown as [string, number[]][];
    return {
      changes: (["unknown", "none", "some"] as const)[answer.getChanges()],
      replaces: answer.getReplacesList(),
      diffs: answer.getDiffsList(),
      details: Object.fromEntries(details.map(([path, kind]) => [path, kindNames[kind[0] ?? 0] ?? "add"])),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
  }

  async create(type: string, properties: Values, options: { preview?: boolean; timeout?: number } = {}) {
    const request = new rpc.CreateRequest();
    request.setUrn(urn(token(type), "it"));
    request.setType(token(type));
    request.setProperties(Struct.fromJavaScript(properties as never));
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    const answer = await this.call<rpc.CreateResponse>("create", request);
    return {
      id: answer.getId(),
      properties: values(answer.getProperties()),
      refreshBeforeUpdate: answer.getRefreshBeforeUpdate(),
    };
  }

  async read(type: string, id: string, properties?: Values, inputs?: Values) {
    const request = new rpc.ReadRequest();
    request.setUrn(urn(token(type), "it"));
    request.setType(token(type));
    request.setId(id);
    if (properties) {
      request.setProperties(Struct.fromJavaScript(properties as never));
    }
    if (inputs) {
      request.setInputs(Struct.fromJavaScript(inputs as never));
    }
    const answer = await this.call<rpc.ReadResponse>("read", request);
    return {
      id: answer.getId(),
      properties: answer.hasProperties() ? values(answer.getProperties()) : undefined,
      inputs: answer.hasInputs() ? values(answer.getInputs()) : undefined,
      refreshBeforeUpdate: answer.getRefreshBeforeUpdate(),
    };
  }

  async update(
    type: string,
    id: string,
    request: { olds: Values; news: Values; ignoreChanges?: string[]; preview?: boolean; timeout?: number },
  ) {
    const message = new rpc.UpdateRequest();
    message.setUrn(urn(token(type), "it"));
    message.setType(token(type));
    message.setId(id);
    message.setOlds(Struct.fromJavaScript(request.olds as never));
    message.setNews(Struct.fromJavaScript(request.news as never));
    message.setIgnorechangesList(request.ignoreChanges ?? []);
    message.setPreview(request.preview ?? false);
    message.setTimeout(request.timeout ?? 0);
    const answer = await this.call<rpc.UpdateResponse>("update", message);
    return { properties: values(answer.getProperties()), refreshBeforeUpdate: answer.getRefreshBeforeUpdate() };
  }

  async delete(type: string, id: string, properties: Values): Promise<void> {
    const request = new rpc.DeleteRequest();
    request.setUrn(urn(token(type), "it"));
    request.setType(token(type));
    request.setId(id);
    request.setProperties(Struct.fromJavaScript(properties as never));
    await this.call("delete", request);
  }

  async invoke(functionToken: string, args: Values = {}): Promise<Values> {
    const request = new rpc.InvokeRequest();
    request.setTok(functionToken);
    request.setArgs(Struct.fromJavaScript(args as never));
    return values((await this.call<rpc.InvokeResponse>("invoke", request)).getReturn());
  }

  list(type: string, query: Values = {}, limit = 0): Promise<{ id: string; name: string }[]> {
    const request = new rpc.ListRequest();
    request.setToken(token(type));
    request.setQuery(Struct.fromJavaScript(query as never));
    request.setLimit(limit);
    return new Promise((resolve, reject) => {
      const found: { id: string; name: string }[] = [];
      this.raw
        .list(request)
        .on("data", (answer: rpc.ListResponse) => {
          const result = answer.getResult();
          if (result) {
            found.push({ id: result.getId(), name: result.getName() });
          }
        })
        .on("error", reject)
        .on("end", () => resolve(found));
    });
  }

  cancel(): Promise<Empty> {
    return this.call("cancel", new Empty());
  }
}

/** The URN of a resource in the test's stack. */
export function urn(type: string, name: string): string {
  return `urn:pulumi:test::test::${type}::${name}`;
}

/** The type token of a resource. */
export function token(type: string): string {
  return type.includes(":") ? type : `dli:index:${type}`;
}

function checkRequest(type: string, name: string, news: Values, olds: Values = {}): rpc.CheckRequest {
  const request = new rpc.CheckRequest();
  request.setUrn(urn(type, name));
  request.setType(type);
  request.setName(name);
  request.setOlds(Struct.fromJavaScript(olds as never));
  request.setNews(Struct.fromJavaScript(news as never));
  return request;
}

function checked(answer: rpc.CheckResponse) {
  return {
    inputs: values(answer.getInputs()),
    failures: answer.getFailuresList().map((failure) => ({
      property: failure.getProperty(),
      reason: failure.getReason(),
    })),
  };
}

function values(struct: Struct | undefined): Values {
  return (struct?.toJavaScript() ?? {}) as Values;
}

function withInitFailure(error: ServiceError): CallFailure {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (packed === undefined) {
    return error;
  }
  const status = Status.deserializeBinary(packed as Buffer);
  const detail = status
    .getDetailsList()[0]
    ?.unpack(rpc.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
  if (!detail) {
    return error;
  }
  return Object.assign(error, {
    initFailure: {
      id: detail.getId(),
      properties: values(detail.getProperties()),
      reasons: detail.getReasonsList(),
      refreshBeforeUpdate: detail.getRefreshBeforeUpdate(),
    },
  });
}
