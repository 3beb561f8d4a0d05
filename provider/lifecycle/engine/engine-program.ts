/** A program that Pulumi starts: what its arguments mean, what it prints, and when it ends. */
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { version } from "../../version";
import { watchEngine } from "./engine-watch";

/** How often to check that the process that started this one is still running. */
const watchMilliseconds = 2_000;

/** A program of the package that serves the engine. */
interface EngineProgram {
  /** What `--help` prints. */
  readonly help: string;
  /** Starts serving; `engine` is the address that Pulumi passes, if any. */
  start(engine: string | undefined): Promise<Service>;
}

interface Service {
  readonly port: number;
  stop(): Promise<void> | void;
}

/** Runs a program until the engine, or a signal, ends it. Pulumi reads the port from its first line of output. */
export async function runForEngine({ help, start }: EngineProgram): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--version")) {
    console.log(version);
    return;
  }
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    return;
  }
  avoidProxies();
  const parent = process.ppid;
  const engine = args.filter((arg) => /:\d+$/.test(arg)).at(-1);
  const service = await start(engine);
  let isStopping = false;
  const stop = () => {
    if (isStopping) {
      return;
    }
    isStopping = true;
    void Promise.resolve(service.stop()).then(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, stop);
  }
  // If the engine is killed, nothing else ends this process. Under a debugger there is only a parent to watch.
  if (engine !== undefined) {
    watchEngine(engine, stop);
  }
  setInterval(() => {
    if (process.ppid !== parent) {
      stop();
    }
  }, watchMilliseconds).unref();
  // As text: Node colours a number if FORCE_COLOR is set, and Pulumi would not read it.
  console.log(String(service.port));
}

/** Everything that gRPC is used for here is on this machine, where a proxy of the network would not find it. */
function avoidProxies(): void {
  const others = process.env["no_grpc_proxy"] || process.env["no_proxy"];
  process.env["no_grpc_proxy"] = [...(others ? [others] : []), "127.0.0.1", "localhost"].join(",");
}

/** Opens a free port for the engine's calls, on the loopback address only. */
export function openPort(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}
