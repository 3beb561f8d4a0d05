/** A warning about passwords in configuration that are not secrets: Pulumi copies them into the stack's state in clear. */
import * as pulumi from "@pulumi/pulumi";

/** What the runtime knows and the type does not say. */
interface Runtime {
  readonly isConfigSecret?: (key: string) => boolean;
}

const secretKeys = ["password", "previousPassword", "token"];
let hasWarned = false;

/** Once per program. The plugin's configuration is encrypted in any case. */
export function warnOfClearPasswords(): void {
  const { isConfigSecret } = pulumi.runtime as Runtime;
  if (hasWarned || !isConfigSecret) {
    return;
  }
  const inClear = [...secretKeys.map((key) => `dli:${key}`), "dli:devices"].filter((key) => {
    const value = pulumi.runtime.getConfig(key);
    const holdsSecret = key !== "dli:devices" || secretKeys.some((name) => value?.includes(`"${name}"`));
    return value !== undefined && holdsSecret && !isConfigSecret(key);
  });
  if (inClear.length === 0) {
    return;
  }
  hasWarned = true;
  const commands = inClear.map((key) =>
    key === "dli:devices"
      ? "`pulumi config set --secret --path dli:devices.NAME.password`"
      : `\`pulumi config set --secret ${key}\``,
  );
  void pulumi.log.warn(
    `${inClear.join(", ")} is not set as a secret, so it stands in clear in the stack's configuration and in its state. Set it again with ${commands.join(" and ")}, and change the password if others can read these.`,
  );
}
