/** Prints the page about the configuration keys from their schemas. */
import { deviceKeys } from "../../provider/devices/configuration/keys";
import { variableOf } from "../../provider/devices/configuration/variables";
import { cell, header } from "./reference";

/** The page of the configuration. */
export function configurationPage(): string {
  const rows = deviceKeys.map(({ name, description, isSecret }) => {
    const meaning = isSecret ? `${description} A secret: set it with \`--secret\`.` : description;
    return `| \`${name}\` | \`${variableOf("default", name)}\` | ${cell(meaning)} |`;
  });
  return `${header}# Configuration

Where a device is, how to log in to it, and what must not happen to it.

Each key can be set

- in the stack's configuration, for the one device that is called \`default\`: \`pulumi config set dli:url http://192.168.0.100\`,
- in the entry of a device in \`dli:devices\` ([many devices](../fleets.md#name-the-devices)),
- as an argument of a \`dli.Provider\` ([dynamic or native](../dynamic-or-native.md#use-the-plugin)),
- in the environment, which takes precedence over all of these: \`DLI_URL\`, for a device \`lab\` \`DLI_LAB_URL\`, for a provider \`rack1\` \`DLI_RACK1_URL\` (there \`DLI_URL\` only supplies what the provider was not given),
- in an option of \`dli export\` or \`dli ping\`, which takes precedence over the environment: \`--url\`, \`--username\`, and \`--config KEY=VALUE\` for every other key that is not a secret.

| Key | Variable | Meaning |
|---|---|---|
${rows.join("\n")}

A key that does not exist is refused, and so is a variable that looks like a misspelt one ([messages](../messages.md#mistakes-in-the-configuration)).

Two more keys are in the stack's configuration only:

| Key | Meaning |
|---|---|
| \`devices\` | Several devices: for each name an object with the keys above, also as an argument of a \`dli.Provider\`. A secret, or at least its passwords and tokens are. |
| \`plugin\` | True = resources without a \`dli.Provider\` are native, too ([dynamic or native](../dynamic-or-native.md#use-the-plugin)). Default: false. |

Two more variables are for every device:

| Variable | Meaning |
|---|---|
| \`DLI_PLAN_FILE\` | A file for the plan as JSON ([the plan](../plan.md#for-pipelines-dli_plan_file)). |
| \`DLI_LOG\` | \`debug\` = a line for each request in Pulumi's output: method, path and status, and no secret. |
`;
}
