import type { Json } from "./json";
import type { DevicePath } from "./paths";
import type { DeviceRequest } from "./request";
import { Verbs } from "./verbs";

type Send = (request: DeviceRequest, touches: readonly DevicePath[]) => Promise<Json | undefined>;
type Verify = (username: string, password: string) => Promise<boolean>;

/** Requests between which no other request of the same client comes. Ends with the work it was made for. */
export class DeviceSession extends Verbs {
  private last: Promise<unknown> = Promise.resolve();
  private open = true;

  /** Made by `DliClient.exclusive`. */
  constructor(
    /** The client this session belongs to. */
    readonly owner: unknown,
    private readonly send: Send,
    private readonly verify: Verify,
  ) {
    super();
  }

  /** Whether requests can still be made. */
  get isOpen(): boolean {
    return this.open;
  }

  /** See `DliClient.verifyLogin`. */
  async verifyLogin(username: string, password: string): Promise<boolean> {
    return this.next(() => this.verify(username, password));
  }

  /** Runs the work of this session and waits for every request of it, awaited or not. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.open = false;
      await this.last;
    }
  }

  protected override async perform(request: DeviceRequest, touches: readonly DevicePath[]): Promise<Json | undefined> {
    return this.next(() => this.send(request, touches));
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    if (!this.open) throw new Error("this session has ended: its requests belong inside exclusive()");
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }
}
