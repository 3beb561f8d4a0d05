/** The path of a request from a client to its device. */
import { compose, type Handler, type Interceptor } from "./interceptor";
import type { Json } from "./json";
import { ApiProbe } from "./resilience/api-probe";
import { CircuitBreaker } from "./resilience/circuit-breaker";
import { Retry } from "./resilience/retry";
import type { Settings } from "./settings";
import { valueIn } from "./transport/read-response";
import { Redirect } from "./transport/redirect";
import type { DeviceRequest, ErrorContext } from "./transport/request";
import { RequestLog } from "./transport/request-log";
import { Transport } from "./transport/transport";
import { TransportErrors } from "./transport/transport-errors";

/** What every pipeline needs to know. */
interface PipelineParts {
  readonly settings: Settings;
  readonly context: ErrorContext;
  /** Called for every HTTP request that starts. */
  readonly count: () => void;
}

/** A connection to the device, behind interceptors. */
export class Pipeline {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  /** Sends a request through the interceptors. @throws DliError */
  readonly send: Handler;
  readonly #transport: Transport;

  constructor({ settings, context, count }: PipelineParts, interceptors: readonly Interceptor[]) {
    const transport = new Transport(settings, context, count);
    const errors = new TransportErrors(settings, context);
    this.origin = settings.origin;
    this.send = compose([errors, ...interceptors, new RequestLog(settings)], (request) => transport.send(request));
    this.#transport = transport;
  }

  /** The value that the device answers a request with. @throws DliError */
  async run(request: DeviceRequest): Promise<Json | undefined> {
    const response = await this.send(request);
    request.answered?.(response);
    return valueIn(response);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** The pipeline of a client. */
export function clientPipeline({
  passwordChange,
  login,
  isLimited,
  ...parts
}: PipelineParts & {
  readonly passwordChange: Interceptor;
  readonly login: Interceptor;
  /** Whether the login may be limited to some paths, as a token may be. */
  readonly isLimited: boolean;
}): Pipeline {
  const { settings, context } = parts;
  const { origin, clock } = settings;
  return new Pipeline(parts, [
    passwordChange,
    new ApiProbe({ clock, context: { ...context, origin }, isLimited }),
    new CircuitBreaker(settings),
    new Retry(settings),
    new Redirect(settings),
    login,
  ]);
}
