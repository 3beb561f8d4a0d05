/** Log messages for the engine, which shows them to the user at the resource they are about. */
import { credentials, Metadata } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** How long the engine may take to accept a message; after that, it does not show it. */
const longestMilliseconds = 2_000;

export class EngineLog {
  #engine: EngineClient | undefined;
  #address: string | undefined;
  /** Resolves when the latest message has been sent. */
  #last: Promise<void> = Promise.resolve();

  /** The engine's address, which differs from run to run. */
  get engine(): string | undefined {
    return this.#address;
  }

  /** Sends messages to the engine at this address from now on. */
  connect(address: string): void {
    this.#engine?.close();
    this.#address = address;
    this.#engine = new EngineClient(address, credentials.createInsecure());
  }

  /** Resolves when the engine has it, or cannot be reached. */
  warn(message: string, urn = ""): Promise<void> {
    return this.#send(LogSeverity.WARNING, message, urn);
  }

  info(message: string, urn = ""): Promise<void> {
    return this.#send(LogSeverity.INFO, message, urn);
  }

  close(): void {
    this.#engine?.close();
  }

  #send(severity: LogSeverity, message: string, urn: string): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(urn);
    const engine = this.#engine;
    // Without an engine, messages are dropped: what a plugin prints is not shown.
    if (engine !== undefined) {
      const options = () => ({ deadline: Date.now() + longestMilliseconds });
      // One after the other, since concurrent messages may arrive in any order.
      this.#last = this.#last.then(
        () => new Promise((resolve) => engine.log(request, new Metadata(), options(), () => resolve())),
      );
    }
    return this.#last;
  }
}
