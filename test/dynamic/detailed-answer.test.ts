/** Details that are added to the answer of a diff, and only in a process whose message classes are known. */
import * as known from "@pulumi/pulumi/proto/provider_pb";
import { detailsIn } from "../../provider/dynamic/detailed-answer";
import type { PathDifference } from "../../provider/lifecycle/diff/path-differences";

const found: readonly PathDifference[] = [
  { path: 'outlets["3"].state', property: "outlets", kind: "update", replaces: false },
  { path: "number", property: "number", kind: "add", replaces: true },
];

/** A new class of answers, so that no test affects another. */
function answerClass() {
  return class extends known.DiffResponse {
    override setDeletebeforereplace(value: boolean) {
      return super.setDeletebeforereplace(value);
    }
  };
}

const { PropertyDiff } = known;

test("the known message takes which values differ, and how", () => {
  const DiffResponse = answerClass();
  const value = detailsIn({ DiffResponse, PropertyDiff } as never)(found);
  const answer = new DiffResponse();
  // The process sets the value only if it is truthy.
  expect(Boolean(value)).toBe(true);
  answer.setDeletebeforereplace(value);
  const { details, ...rest } = shown(answer);
  expect(rest).toEqual({ deletebeforereplace: true, hasdetaileddiff: true, diffs: ["outlets", "number"] });
  expect(details).toEqual({
    'outlets["3"].state': PropertyDiff.Kind.UPDATE,
    number: PropertyDiff.Kind.ADD_REPLACE,
  });
});

test("another value is set as it is, and without differences nothing is added", () => {
  const DiffResponse = answerClass();
  const withDetails = detailsIn({ DiffResponse, PropertyDiff } as never);
  expect(withDetails([])).toBe(true);
  const answer = new DiffResponse();
  answer.setDeletebeforereplace(false);
  expect(shown(answer)).toEqual({ deletebeforereplace: false, hasdetaileddiff: false, diffs: [], details: {} });
});

/** The answer as the engine receives it. */
function shown(sent: known.DiffResponse) {
  const answer = known.DiffResponse.deserializeBinary(sent.serializeBinary());
  const details: [string, number][] = [];
  answer.getDetaileddiffMap().forEach((detail, path) => {
    details.push([path, detail.getKind()]);
  });
  return {
    deletebeforereplace: answer.getDeletebeforereplace(),
    hasdetaileddiff: answer.getHasdetaileddiff(),
    diffs: answer.getDiffsList(),
    details: Object.fromEntries(details),
  };
}

const others: Readonly<Record<string, () => object | undefined>> = {
  "no messages": () => undefined,
  "no answer": () => ({ PropertyDiff }),
  "no details": () => ({ DiffResponse: answerClass() }),
  "details without kinds": () => ({ DiffResponse: answerClass(), PropertyDiff: class {} }),
  "details that are no class": () => ({ DiffResponse: answerClass(), PropertyDiff: { Kind: PropertyDiff.Kind } }),
  "an answer without the setter": () => ({
    DiffResponse: class {
      getDetaileddiffMap = () => new Map();
    },
    PropertyDiff,
  }),
  "an answer whose map is none": () => ({
    DiffResponse: class extends answerClass() {
      override getDetaileddiffMap() {
        return {} as never;
      }
    },
    PropertyDiff,
  }),
};

test.each(Object.entries(others))("a process with %s gets `true`, and its messages stay as they are", (_what, make) => {
  const messages = make() as { DiffResponse?: { prototype: known.DiffResponse } } | undefined;
  const before = messages?.DiffResponse?.prototype.setDeletebeforereplace;
  expect(detailsIn(messages as never)(found)).toBe(true);
  expect(messages?.DiffResponse?.prototype.setDeletebeforereplace).toBe(before);
});
