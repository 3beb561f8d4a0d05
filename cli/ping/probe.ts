/** Asks a device whether it answers, who it is, and whether it lets us in. */
import { type DliErrorCode, isDliError, printable } from "../../provider/client";
import type { Devices } from "../../provider/devices/devices";
import { callFunction } from "../../provider/lifecycle/invoke";
import { functions } from "../../provider/registry";
import type { AnyFunction } from "../../provider/schema/function";
import { exitCodeOf } from "../exit-codes";

const getDevice = functions.find(({ name }) => name === "getDevice") as AnyFunction;

/**
 * - `unreachable`: nothing has answered.
 * - `loginRefused`: it has answered, and does not let us in.
 * - `otherDevice`: another device has answered.
 * - `failed`: it has answered something else; the message says what.
 */
export type Status = "ok" | "unreachable" | "loginRefused" | "otherDevice" | "failed";

/** What a device has answered. */
export interface Answer {
  readonly device: string;
  readonly status: Status;
  readonly exitCode: number;
  readonly model?: string;
  readonly name?: string;
  readonly serial?: string;
  readonly firmware?: string;
  readonly milliseconds: number;
  readonly message?: string;
}

interface Probe {
  readonly device: string;
  /** The serial number of the device that is meant, as far as it is known. */
  readonly serial: () => string | undefined;
}

const statuses: Partial<Record<DliErrorCode, Status>> = {
  unreachable: "unreachable",
  timeout: "unreachable",
  loginRefused: "loginRefused",
  loginNotTried: "loginRefused",
};

/** Asks once. Never throws: what goes wrong is the answer. */
export async function probe(devices: Devices, { device, serial: meant }: Probe): Promise<Answer> {
  const started = performance.now();
  const answer = (rest: Omit<Answer, "device" | "milliseconds">): Answer => ({
    device,
    ...rest,
    milliseconds: Math.round(performance.now() - started),
  });
  try {
    const serial = meant();
    const about = await callFunction(getDevice, { device }, devices);
    const facts = textsIn(about, ["model", "name", "serial", "firmware"]);
    if (serial !== undefined && facts["serial"] !== undefined && facts["serial"] !== serial) {
      const message = `device "${device}": the device at its address has the serial number ${facts["serial"]}, not ${printable(serial)}`;
      return answer({ ...facts, status: "otherDevice", exitCode: 5, message });
    }
    return answer({ ...facts, status: "ok", exitCode: 0 });
  } catch (error) {
    const status = (isDliError(error) && statuses[error.code]) || "failed";
    const message = error instanceof Error ? error.message : String(error);
    return answer({ status, exitCode: exitCodeOf(error), message });
  }
}

function textsIn(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  const texts = names.map((name) => [name, values[name]] as const).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts.map(([name, value]) => [name, printable(String(value))]));
}
