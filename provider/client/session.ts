/** Requests that belong together. */
import type { Json } from "./json";
import { Methods } from "./methods";
import type { DevicePath } from "./paths/path";
import type { DeviceRequest } from "./transport/request";

type Send = (request: DeviceRequest, touches: readonly DevicePath[]) => Promise<Json | undefined>;
type Verify = (username: string, password: string) => Promise<boolean>;

/** Sends requests with no other request of the same client in between. Lasts as long as the work it was created for. */
export class DeviceSession extends Methods {
  #last: Promise<unknown> = Promise.resolve();
  #open = true;

  readonly #send: Send;
  readonly #verify: Verify;

  /** Created by `DliClient.exclusive`. */
  constructor(
    /** The client this session belongs to. */
    readonly owner: unknown,
    send: Send,
    verify: Verify,
  ) {
    super();
    this.#send = send;
    this.#verify = verify;
  }

  /** Whether requests can still be made. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** See `DliClient.verifyLogin`. */
  async verifyLogin(username: string, password: string): Promise<boolean> {
    return this.#next(() => this.#verify(username, password));
  }

  /** Runs the work of this session and waits for all its requests, awaited or not. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#open = false;
      await this.#last;
    }
  }

  // biome-ignore lint/style/useConsistentMemberAccessibility: seen by subclasses alone
  protected override async perform(request: DeviceRequest, touches: readonly DevicePath[]): Promise<Json | undefined> {
    return this.#next(() => this.#send(request, touches));
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#open) {
      throw new Error("this session has ended: its requests belong inside exclusive()");
    }
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
