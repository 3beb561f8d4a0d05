/** The gRPC server: every call of the protocol, on a free port of this machine. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { configCalls } from "./config-calls";
import { FunctionCalls } from "./function-calls";
import { streaming, unary } from "./grpc";
import { ResourceCalls } from "./resource-calls";
import { Session } from "./session";

/** A script's text can be long; the engine's own limit is 400 MB. */
const largestMessage = 400 * 1024 * 1024;

/** A plugin that is running. */
export interface RunningPlugin {
  readonly port: number;
  /** Waits for the calls that have begun, and stops. */
  stop(): Promise<void>;
}

/** Starts the plugin. `engineAddress` is where to send messages for the user. */
export async function startPlugin(
  options: { engineAddress?: string | undefined; env?: NodeJS.ProcessEnv } = {},
): Promise<RunningPlugin> {
  const env = options.env ?? process.env;
  const session = new Session(env);
  if (options.engineAddress !== undefined) {
    session.log.connect(options.engineAddress);
  }
  const server = new Server({
    "grpc.max_receive_message_length": largestMessage,
    "grpc.max_send_message_length": largestMessage,
  });
  server.addService(ResourceProviderService, handlers(session, env));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    port,
    async stop() {
      await session.end();
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      await session.close();
    },
  };
}

function handlers(session: Session, env: NodeJS.ProcessEnv) {
  const configuration = configCalls(session, env);
  const resources = new ResourceCalls(session);
  const functions = new FunctionCalls(session);
  const errors = () => session.errors;
  const during =
    <Q, A>(respond: (request: Q) => A | Promise<A>) =>
    (request: Q) =>
      session.during(() => respond(request));
  return {
    handshake: unary(configuration.handshake, errors),
    attach: unary(configuration.attach, errors),
    getPluginInfo: unary(configuration.getPluginInfo, errors),
    getSchema: unary(configuration.getSchema, errors),
    getMapping: unary(configuration.getMapping, errors),
    getMappings: unary(configuration.getMappings, errors),
    checkConfig: unary(configuration.checkConfig, errors),
    diffConfig: unary(configuration.diffConfig, errors),
    configure: unary(configuration.configure, errors),
    check: unary(during(resources.check.bind(resources)), errors),
    diff: unary(during(resources.diff.bind(resources)), errors),
    create: unary(during(resources.create.bind(resources)), errors),
    read: unary(during(resources.read.bind(resources)), errors),
    update: unary(during(resources.update.bind(resources)), errors),
    delete: unary(during(resources.delete.bind(resources)), errors),
    invoke: unary(during(functions.invoke.bind(functions)), errors),
    list: streaming(functions.list.bind(functions), errors),
    // The engine asks this at the end of every run, too.
    cancel: unary(async () => {
      await session.end();
      return new Empty();
    }, errors),
  };
}
