/** Inputs that every resource of a family has, so that no definition repeats them. */
import * as z from "zod";
import { type AnyDefinition, type InputSpecs, instruction, key, type OutputSpecs, output } from "./definition";

/** Which device is meant. */
export const deviceInput: InputSpecs = {
  device: {
    ...key(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, "has to consist of letters, digits, _ and -"),
      "Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`.",
    ),
    default: "default",
  },
};

const familyInputs: Record<AnyDefinition["family"], InputSpecs> = {
  action: {
    triggers: {
      role: "instruction",
      schema: z.array(z.json()),
      description: "Any values. When one changes, the action happens again; a change of other inputs does not do that.",
      required: false,
    },
  },
  adopted: {
    onDestroy: instruction(
      z.enum(["leave", "restore"]),
      "leave",
      "What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource took it over. Restoring is refused when somebody else has changed it since.",
    ),
  },
  created: {
    adopt: instruction(
      z.boolean(),
      false,
      "Takes over one that exists already on the device, instead of failing because of it.",
    ),
  },
};

const lockoutInput: InputSpecs = {
  allowLockout: instruction(
    z.boolean(),
    false,
    "Allows a change that ends this provider's own access to the device. It is made after everything else.",
  ),
};

const managedOutput: OutputSpecs = {
  managed: output(
    z.array(z.string()),
    "Names of the inputs that the program declares and this resource keeps; `*` after an import.",
  ),
};

const adoptedOutputs: OutputSpecs = {
  baseline: output(
    z.record(z.string(), z.json()),
    "What the device had, for each managed input, when the resource took it over; put back by `onDestroy: restore`.",
  ),
};

/** All inputs of a resource, in the order of the docs. */
export function inputsOf(definition: AnyDefinition): InputSpecs {
  const inputs = definition.inputs as InputSpecs;
  const hasLockout = definition.family !== "action" && definition.lockout !== undefined;
  return { ...inputs, ...(hasLockout && lockoutInput), ...familyInputs[definition.family], ...deviceInput };
}

/** All outputs of a resource that are not inputs too. */
export function outputsOf(definition: AnyDefinition): OutputSpecs {
  return {
    ...(definition.outputs as OutputSpecs),
    ...(definition.family === "adopted" && adoptedOutputs),
    ...(definition.family !== "action" && managedOutput),
  };
}
