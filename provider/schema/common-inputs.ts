/** Inputs and outputs that every resource of a family has, so that no definition repeats them. */
import * as z from "zod";
import {
  type InputSpecs,
  type InstructionInput,
  instruction,
  key,
  type OutputSpecs,
  optionalInstruction,
  output,
} from "./inputs";
import { memberNames } from "./member-names";

/**
 * What kind of thing a resource is.
 * - `adopted`: a thing that always exists on the device. Creating takes it over, destroying leaves it or restores it.
 * - `created`: a thing that is created and removed together with the resource.
 * - `action`: something that happens once, and again when its triggers change.
 */
export type Family = "adopted" | "created" | "action";

const nameRule = "must consist of letters, digits, _ and -, with a letter or digit first";

/** Which device is meant. */
export const deviceInput = {
  device: {
    ...key(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, nameRule),
      "Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`.",
    ),
    default: "default",
  },
};

const familyInputs = {
  action: {
    triggers: optionalInstruction(
      z.array(z.json()),
      "Any values. The action runs again when a trigger changes; changing other inputs does not.",
    ),
  },
  adopted: {
    onDestroy: instruction(
      z.enum(["leave", "restore"]),
      "leave",
      "What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource took it over. Restoring fails if it was changed elsewhere since then.",
    ),
  },
  created: {
    adopt: instruction(z.boolean(), false, "Takes over one that already exists on the device instead of failing."),
  },
};

/** For things whose changes may end our own access. */
const lockoutInput = {
  allowLockout: instruction(
    z.boolean(),
    false,
    "Allows a change that may lock this provider out of the device. It is made after everything else.",
  ),
};

/** The inputs that every resource of a family has; `allowLockout` only if a change may end our own access. */
export type CommonInputs<F extends Family> = (typeof familyInputs)[F] &
  typeof deviceInput & { readonly allowLockout: InstructionInput<boolean, false> };

const deviceOutputs = {
  deviceSerial: output(
    z.string(),
    "Serial number of the device that it is on; missing where the login may not read it. Another device at the address is refused.",
  ),
  deviceUrl: output(z.string(), "Address at which that device was last reached."),
};

/** Names of the outputs that say which device a resource is on. The lifecycle keeps them for every definition. */
export const deviceOutputNames = memberNames(deviceOutputs);

/** The part of a definition on which its common inputs and outputs depend. */
interface DefinitionOutline {
  readonly family: Family;
  readonly inputs: InputSpecs;
  readonly outputs: OutputSpecs;
  readonly lockout?: unknown;
}

/** Cached per definition, because every operation asks for them many times. */
const allInputs = new WeakMap<DefinitionOutline, InputSpecs>();
const allOutputs = new WeakMap<DefinitionOutline, OutputSpecs>();

/** All inputs of a resource, in the order of the docs. */
export function inputsOf(definition: DefinitionOutline): InputSpecs {
  const { family, inputs, lockout } = definition;
  const all = allInputs.get(definition) ?? {
    ...inputs,
    ...(lockout !== undefined && lockoutInput),
    ...familyInputs[family],
    ...deviceInput,
  };
  allInputs.set(definition, all);
  return all;
}

/** All outputs of a resource that are not inputs too. */
export function outputsOf(definition: DefinitionOutline): OutputSpecs {
  const all = allOutputs.get(definition) ?? { ...definition.outputs, ...deviceOutputs };
  allOutputs.set(definition, all);
  return all;
}
