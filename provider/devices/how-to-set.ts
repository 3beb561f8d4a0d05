/** The command and the variable that set a configuration key, for remedies. */
import { isSecretKey } from "./keys";
import { variableOf } from "./variables";

/** How a key of a named device is set, a whole sentence; to this value, where one is given. */
export function howToSet(name: string, key: string, given?: string): string {
  // A text of digits that is written without quotes becomes a number.
  const inEntry = given !== undefined && /^\d+$/.test(given) ? `"${given}"` : given;
  const text = given === undefined || /^[\w.:-]+$/.test(given) ? given : `'${given.replaceAll("'", "'\\''")}'`;
  const variable = `${variableOf(name, key)}${text === undefined ? "" : `=${text}`}`;
  if (name !== "default") {
    return `Add \`${key}${inEntry === undefined ? "" : `: ${inEntry}`}\` to the entry "${name}" of the secret \`dli:devices\`, or set the environment variable ${variable}.`;
  }
  const isSecret = isSecretKey(key);
  const examples: Readonly<Record<string, string>> = {
    url: "http://192.168.0.100",
    protectedOutlets: "1,4",
    readOnly: "true",
    previewReads: "false",
  };
  const value = text ?? examples[key] ?? key.toUpperCase();
  const command = `pulumi config set ${isSecret ? "--secret " : ""}dli:${key}${isSecret ? "" : ` ${value}`}`;
  return `Run \`${command}\`, or set the environment variable ${variable}.`;
}
