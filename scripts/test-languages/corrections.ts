/**
 * Corrects what does not compile, whatever the schema says, in the output of Pulumi's Go program writer (3.259). Each
 * correction has to match, so that this list ends when Pulumi's faults do.
 */
interface Correction {
  readonly what: string;
  readonly in: "everything" | "rack";
  readonly wrong: string;
  readonly right: string;
}

export const corrections: readonly Correction[] = [
  {
    what: "a function that is called like a resource (getOutlets, Outlets) is Lookup... in the SDK",
    in: "everything",
    wrong: "dli.GetOutlets",
    right: "dli.LookupOutlets",
  },
  {
    what: "a number in a list that a function returns is no pointer",
    in: "everything",
    wrong: "(*int, error) {",
    right: "(int, error) {",
  },
  { what: "nor is it as an output", in: "everything", wrong: "pulumi.IntPtrOutput", right: "pulumi.IntOutput" },
  {
    what: "an output that may be missing is no input of a kind that may not",
    in: "everything",
    wrong: "run.ThreadId,",
    right: "run.ThreadId.Elem(),",
  },
  {
    what: "a list where any value may be is a value",
    in: "everything",
    wrong: "pulumi.Any{\n\t\t\t\t1,\n\t\t\t\t2,\n\t\t\t}",
    right: "pulumi.Any([]int{1, 2})",
  },
  {
    what: "an output of a resource in an output of a component is an output",
    in: "rack",
    wrong: "(*bool, error) {",
    right: "pulumi.BoolPtrOutput {",
  },
  { what: "and not a value and an error", in: "rack", wrong: ".PhysicalState, nil", right: ".PhysicalState" },
];

/** The program, corrected. */
export function corrected(name: string, program: string): string {
  return corrections
    .filter((one) => one.in === name)
    .reduce((text, { wrong, right, what }) => {
      if (!text.includes(wrong)) {
        throw new Error(
          `Pulumi does not write \`${wrong}\` any more (${what}): take it out of corrections.ts and docs/export.md`,
        );
      }
      return text.replaceAll(wrong, right);
    }, program);
}
