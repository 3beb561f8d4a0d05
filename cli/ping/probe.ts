/** Finds out whether a device answers, which one it is, and whether it lets us in. */
import {
  ConfigurationError,
  type DliErrorCode,
  isDliError,
  isTimeoutError,
  isUnreachableError,
  OtherDeviceError,
  printable,
  TimeoutError,
} from "../../provider/client";
import type { Devices } from "../../provider/devices/devices";
import { deviceInput } from "../../provider/schema/common-inputs";
import { deviceFacts } from "../device-facts";
import { exitCodeOf } from "../exit-codes";
import { messageOf } from "../terminal";

/**
 * - `unreachable`: nothing has answered, or an answer did not come in time.
 * - `loginRefused`: it has answered, but does not let us in.
 * - `otherDevice`: another device has answered.
 * - `failed`: any other failure; the message says what.
 */
export type Status = "ok" | "unreachable" | "loginRefused" | "otherDevice" | "failed";

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
  /** The expected serial number, if known. */
  readonly serial: () => string | undefined;
}

const statuses: Partial<Record<DliErrorCode, Status>> = {
  unreachable: "unreachable",
  timeout: "unreachable",
  loginRefused: "loginRefused",
  loginNotTried: "loginRefused",
  otherDevice: "otherDevice",
};

/** Asks once. Never throws: a failure is part of the answer. */
export async function probe(devices: Devices, { device, serial: meant }: Probe): Promise<Answer> {
  const started = performance.now();
  const answer = (rest: Omit<Answer, "device" | "milliseconds">): Answer => ({
    device,
    ...rest,
    milliseconds: Math.round(performance.now() - started),
  });
  let facts: Record<string, string> = {};
  try {
    refuseName(device);
    const serial = meant();
    const about = await deviceFacts(devices, device);
    facts = textsIn(about, ["model", "name", "serial", "firmware"]);
    if (serial !== undefined && facts["serial"] !== undefined && facts["serial"] !== serial) {
      throw new OtherDeviceError({
        device,
        message: `the device at its address has the serial number ${facts["serial"]}, not ${printable(serial)}`,
        remedy: `Correct the address if it leads to the wrong device. If this is the one that is meant: ${devices.howToSet(device, "serial", facts["serial"])}`,
      });
    }
    return answer({ ...facts, status: "ok", exitCode: 0 });
  } catch (error) {
    const message = messageOf(devices.withoutSecrets(withOwnRemedy(error), []));
    return answer({ ...facts, status: statusOf(error), exitCode: exitCodeOf(error), message });
  }
}

/** @throws ConfigurationError if no program could name a device like this. */
function refuseName(device: string): void {
  const problem = deviceInput.device.schema.safeParse(device).error?.issues[0]?.message;
  if (problem !== undefined) {
    throw new ConfigurationError({
      device: printable(device),
      message: `the name of a device ${problem}`,
      remedy: "Rename it in `dli:devices`.",
    });
  }
}

function statusOf(error: unknown): Status {
  if (!isDliError(error) || (isUnreachableError(error) && !error.isSilent)) {
    return "failed";
  }
  return statuses[error.code] ?? "failed";
}

/** The error with a remedy that names `--timeout`, which for a ping replaces the configured timeouts. */
function withOwnRemedy(error: unknown): unknown {
  if (!isTimeoutError(error)) {
    return error;
  }
  const { device, method, path, problem: message } = error;
  const remedy = "Check the network and the device's load, or give it more time with --timeout.";
  return new TimeoutError({ device, method, path, message, remedy });
}

function textsIn(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  const texts = names.map((name) => [name, values[name]] as const).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts.map(([name, value]) => [name, printable(String(value))]));
}
