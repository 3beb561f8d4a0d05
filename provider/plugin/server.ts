/** The gRPC server: every call of the protocol, on a free port of this machine. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { configCalls } from "./config-calls";
import { functionCalls } from "./function-calls";
import { streaming, unary } from "./grpc-calls";
import { resourceCalls } from "./resource-calls";
import { Session } from "./session";

/** A script's text can be long; the engine's own limit is 400 MB. */
const largestMessage = 400 * 1024 * 1024;

/** A plugin that answers. */
export interface RunningPlugin {
  readonly port: number;
  /** Has what is under way end, and then stops. */
  stop(): Promise<void>;
}

/** Starts to answer. `engineAddress` is where to send words for the person at the terminal. */
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
      session.cancel();
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      await session.close();
    },
  };
}

function handlers(session: Session, env: NodeJS.ProcessEnv) {
  const configuration = configCalls(session, env);
  const resources = resourceCalls(session);
  const devices = functionCalls(session);
  const hint = () => session.loginHint();
  return {
    handshake: unary(configuration.handshake, hint),
    attach: unary(configuration.attach, hint),
    getPluginInfo: unary(configuration.getPluginInfo, hint),
    getSchema: unary(configuration.getSchema, hint),
    getMapping: unary(configuration.getMapping, hint),
    getMappings: unary(configuration.getMappings, hint),
    checkConfig: unary(configuration.checkConfig, hint),
    diffConfig: unary(configuration.diffConfig, hint),
    configure: unary(configuration.configure, hint),
    check: unary(resources.check, hint),
    diff: unary(resources.diff, hint),
    create: unary(resources.create, hint),
    read: unary(resources.read, hint),
    update: unary(resources.update, hint),
    delete: unary(resources.delete, hint),
    invoke: unary(devices.invoke, hint),
    list: streaming(devices.list, hint),
    cancel: unary(() => {
      session.cancel();
      return new Empty();
    }, hint),
  };
}
