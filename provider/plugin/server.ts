/** The gRPC server: every call of the protocol, on a free port of this machine. */
import { setTimeout as sleep } from "node:timers/promises";
import { Server, status } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { openPort } from "../lifecycle/engine/engine-program";
import { ComponentCalls, type ComponentServer } from "./component-calls";
import { ConfigCalls } from "./config-calls";
import { FunctionCalls } from "./function-calls";
import { CallError, Calls, largestMessage } from "./grpc";
import { ResourceCalls } from "./resource-calls";
import { Session } from "./session";

/** How long the last answers may take to arrive. */
const lastAnswersMilliseconds = 50;

/** A plugin that is running. */
export interface RunningPlugin {
  readonly port: number;
  /** Waits for the calls that have begun, then stops. */
  stop(): Promise<void>;
}

export interface PluginOptions {
  /** Where to send messages for the user. */
  readonly engineAddress?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Loads what declares components, when the first one is asked for. */
  readonly loadComponents?: () => ComponentServer;
}

export async function startPlugin(options: PluginOptions = {}): Promise<RunningPlugin> {
  const env = options.env ?? process.env;
  const session = new Session(env);
  if (options.engineAddress !== undefined) {
    session.log.connect(options.engineAddress);
  }
  const server = new Server({
    "grpc.max_receive_message_length": largestMessage,
    "grpc.max_send_message_length": largestMessage,
  });
  const components = new ComponentCalls(session, options.loadComponents ?? noComponents);
  const calls = new Calls(() => session.errors);
  server.addService(ResourceProviderService, handlers(session, env, calls, components));
  const port = await openPort(server);
  return {
    port,
    async stop() {
      await session.end();
      components.close();
      const shutDown = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      // The server never reports back if the engine closes its connection at the same moment.
      await Promise.race([shutDown, calls.answered().then(() => sleep(lastAnswersMilliseconds))]);
      await session.close();
    },
  };
}

function noComponents(): never {
  throw new CallError(status.UNIMPLEMENTED, "this plugin was started without its components");
}

function handlers(session: Session, env: NodeJS.ProcessEnv, calls: Calls, components: ComponentCalls) {
  const configuration = new ConfigCalls(session, env);
  const resources = new ResourceCalls(session);
  const functions = new FunctionCalls(session);
  const during =
    <Q, A>(respond: (request: Q) => A | Promise<A>) =>
    (request: Q) =>
      session.during(() => respond(request));
  return {
    handshake: calls.unary(configuration.handshake.bind(configuration)),
    attach: calls.unary(configuration.attach.bind(configuration)),
    getPluginInfo: calls.unary(configuration.getPluginInfo.bind(configuration)),
    getSchema: calls.unary(configuration.getSchema.bind(configuration)),
    getMapping: calls.unary(configuration.getMapping.bind(configuration)),
    getMappings: calls.unary(configuration.getMappings.bind(configuration)),
    checkConfig: calls.unary(configuration.checkConfig.bind(configuration)),
    diffConfig: calls.unary(configuration.diffConfig.bind(configuration)),
    configure: calls.unary(configuration.configure.bind(configuration)),
    check: calls.unary(during(resources.check.bind(resources))),
    diff: calls.unary(during(resources.diff.bind(resources))),
    create: calls.unary(during(resources.create.bind(resources))),
    read: calls.unary(during(resources.read.bind(resources))),
    update: calls.unary(during(resources.update.bind(resources))),
    delete: calls.unary(during(resources.delete.bind(resources))),
    construct: calls.unary(during(components.construct.bind(components))),
    invoke: calls.unary(during(functions.invoke.bind(functions))),
    list: calls.streaming(functions.list.bind(functions)),
    // The engine also calls this at the end of every run.
    cancel: calls.unary(async () => {
      await session.end();
      return new Empty();
    }),
  };
}
