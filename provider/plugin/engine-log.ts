/** Words for the person at the terminal, sent to the engine, which shows them at the resource they are about. */
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export class EngineLog {
  #engine: EngineClient | undefined;

  /** From now on speaks to the engine at this address. */
  connect(address: string): void {
    this.#engine?.close();
    this.#engine = new EngineClient(address, credentials.createInsecure());
  }

  warn(message: string, urn = ""): void {
    this.#send(LogSeverity.WARNING, message, urn);
  }

  info(message: string, urn = ""): void {
    this.#send(LogSeverity.INFO, message, urn);
  }

  close(): void {
    this.#engine?.close();
  }

  #send(severity: LogSeverity, message: string, urn: string): void {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(urn);
    // Without an engine the words go nowhere: nobody reads what a plugin prints.
    this.#engine?.log(request, () => undefined);
  }
}
