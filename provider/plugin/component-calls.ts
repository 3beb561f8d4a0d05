/**
 * Components for programs in other languages. What declares them needs Pulumi's SDK, which would triple this process's
 * start-up time and memory, so it is loaded with the first component, and speaks the engine's protocol by itself.
 */
import { type ClientUnaryCall, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { CallError, largestMessage, StatusError } from "./grpc";
import type { Session } from "./session";

/** What declares components: `sdk/remote/main.ts`. */
export interface ComponentServer {
  /** Starts serving, and returns the port. */
  serve(engine: string, options: ComponentOptions): Promise<number>;
}

export interface ComponentOptions {
  /** Whether the program asks for this version of the plugin. */
  readonly isVersioned: boolean;
  /** Called when a component of this type has declared its resources. */
  readonly declared: (type: string) => void;
}

const detailsKey = "grpc-status-details-bin";

export class ComponentCalls {
  readonly #session: Session;
  readonly #load: () => ComponentServer;
  #client: Promise<ResourceProviderClient> | undefined;
  readonly #open = new Set<ClientUnaryCall>();
  /** The engine that the components report to; a plugin started by a debugger sees several. */
  #engine: string | undefined;

  constructor(session: Session, load: () => ComponentServer) {
    this.#session = session;
    this.#load = load;
  }

  async construct(request: ConstructRequest): Promise<ConstructResponse> {
    this.#session.refuseWhenCancelled();
    const { declarations } = this.#session.devices().run;
    const ended = declarations.componentBegins(request.getType());
    try {
      return await this.#forward(await this.#connected(), request);
    } finally {
      ended();
    }
  }

  #forward(client: ResourceProviderClient, request: ConstructRequest): Promise<ConstructResponse> {
    return new Promise((resolve, reject) => {
      const call = client.construct(request, (error, response) => {
        this.#open.delete(call);
        return error ? reject(asStatus(error)) : resolve(response);
      });
      this.#open.add(call);
    });
  }

  /** Cancels the components being declared, since they may be waiting for an engine that has gone. */
  close(): void {
    for (const call of this.#open) {
      call.cancel();
    }
    // If they could not be loaded, that was the answer to the call.
    void this.#client?.then((client) => client.close()).catch(() => undefined);
  }

  async #connected(): Promise<ResourceProviderClient> {
    const { engine } = this.#session.log;
    if (engine === undefined) {
      throw new CallError(status.FAILED_PRECONDITION, "the engine has not said where it is, and a component needs it");
    }
    this.#client ??= this.#start(engine);
    const client = await this.#client;
    if (engine !== this.#engine) {
      this.#engine = engine;
      const attach = new PluginAttach();
      attach.setAddress(engine);
      await new Promise<void>((resolve, reject) =>
        client.attach(attach, (error) => (error ? reject(asStatus(error)) : resolve())),
      );
    }
    return client;
  }

  async #start(engine: string): Promise<ResourceProviderClient> {
    const { isVersioned } = this.#session;
    const declared = (type: string) => this.#session.devices().run.declarations.componentDeclared(type);
    const port = await this.#load().serve(engine, { isVersioned, declared });
    this.#engine = engine;
    return new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": largestMessage,
      "grpc.max_send_message_length": largestMessage,
    });
  }
}

/** The same status, for the engine. */
function asStatus({ code, details, metadata }: ServiceError): StatusError {
  const own = new Metadata();
  for (const value of metadata.get(detailsKey)) {
    own.add(detailsKey, value);
  }
  return new StatusError({ code, details, message: details, metadata: own });
}
