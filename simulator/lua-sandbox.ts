/** The global names that, according to the documents, scripts on the device have (device.md section 4.8). */

const names = (text: string): string[] => text.split(/\s+/);

/** Tables whose members are all documented. */
const libraries: Readonly<Record<string, ReadonlySet<string>>> = {
  string: new Set(names("byte char find format gmatch gsub len lower match rep reverse sub upper")),
  table: new Set(names("insert concat maxn remove sort")),
  math: new Set(
    names(
      "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min modf pi pow rad random " +
        "sin sinh sqrt tan tanh",
    ),
  ),
  os: new Set(names("clock difftime date time")),
};

const basics = names("_G _VERSION assert error next ipairs pairs pcall xpcall select tonumber tostring type unpack");

/** Words in capitals, each followed by the step delay. */
const legacyWords = names("ON OFF CYCLE RESTORE BEEP SLEEP WAIT LOG DISPLAY WOL TIME");

const functions = names("delay wait_until dump");

/** Tables that may have undocumented members. */
const objects = names("outlet thread persistent ui event log network autoping meter");

const documented = new Set([...basics, ...legacyWords, ...functions, ...objects, ...Object.keys(libraries)]);

/** A program's global names that, according to the documents, scripts on the device do not have. */
export function undocumentedNames(globals: readonly string[]): string[] {
  return globals.filter((name) => {
    const [base = "", member] = name.split(".");
    if (member === undefined) {
      return !documented.has(base);
    }
    const library = libraries[base];
    return library !== undefined && !library.has(member);
  });
}
