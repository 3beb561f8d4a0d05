/** The functions of the device's script, `script/user_functions/`: `{"restart": {}, "hello": {}}`. */
import { devicePath, NotSupportedError } from "../client";
import type { Context } from "../runtime/context";
import { readMap } from "../runtime/tree/read";

const functionsPath = devicePath("script", "user_functions");

/** The resource that waits, and its input with the function's name. */
interface Caller {
  readonly who: string;
  readonly input: string;
}

/**
 * Waits for a function that the program's own Script may bring; the engine may run that before, with or after us.
 * @throws NotSupportedError when the device's script does not have it.
 */
export async function waitForFunction({ device, run }: Context, name: string, { who, input }: Caller): Promise<void> {
  // A device without a script has no list of functions at all, which is a valid answer.
  const isPresent = async () => (await readMap(device, functionsPath))?.proper.has(name) === true;
  if ((await isPresent()) || (await run.scriptFunctions.comes(device.name, name, isPresent))) {
    return;
  }
  // Another provider's Script is not announced here, and may have added the function while one of ours was awaited.
  device.readNow();
  if (await isPresent()) {
    return;
  }
  // Which forms of functions a device lists is not known (device.md section 3.6).
  const form = run.scriptFunctions.isAnnounced(device.name, name)
    ? ", or write it in the Script as `function name() ... end` by itself"
    : "";
  throw new NotSupportedError({
    device: device.name,
    method: "GET",
    path: String(functionsPath),
    message: `the device's script has no function of the name in \`${input}\``,
    remedy: `Correct the name (the output \`functions\` of Script lists what the device has), or make the ${who} depend on the Script that brings the function (\`dependsOn\`)${form}.`,
  });
}
