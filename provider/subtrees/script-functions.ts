/** The functions of the device's script, `script/user_functions/`: `{"restart": {}, "hello": {}}`. */
import { devicePath, NotSupportedError, quotedNames } from "../client";
import type { Context } from "../runtime/context";

const functionsPath = devicePath("script", "user_functions");

/** How long the Script of the same program may take to be declared after a resource that names its function. */
const announcementMilliseconds = 1_500;
/** How long that Script may then take to bring the function. */
const scriptMilliseconds = 15_000;

/**
 * Waits for a function that the program's own Script may bring, which the engine may run before, with or after us.
 * @throws NotSupportedError that lists the functions of the device's script.
 */
export async function waitForFunction({ device, run }: Context, name: string, who: string): Promise<void> {
  let known: string[] = [];
  const isPresent = async () => {
    known = Object.keys((await device.read(functionsPath)) ?? {}).sort();
    return known.includes(name);
  };
  if (await isPresent()) {
    return;
  }
  const { scriptFunctions } = run;
  const isAnnounced = () => scriptFunctions.isAnnounced(device.name, name);
  if (
    (await scriptFunctions.until(isAnnounced, announcementMilliseconds)) &&
    (await scriptFunctions.until(isPresent, scriptMilliseconds))
  ) {
    return;
  }
  throw new NotSupportedError({
    device: device.name,
    method: "GET",
    path: String(functionsPath),
    message: `the device's script has no function \`${name}\`; it has ${known.length > 0 ? quotedNames(known) : "none"}`,
    remedy: `Correct the name, or make the ${who} depend on the Script that brings the function (\`dependsOn\`).`,
  });
}
