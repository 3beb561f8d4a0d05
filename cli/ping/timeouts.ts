/** How long a ping waits: no longer than requested, whatever is configured for deployments. */

/** A stack's configuration with this timeout for every device. */
export function withTimeouts(
  values: Readonly<Record<string, string>>,
  seconds: number,
): Readonly<Record<string, string>> {
  const timeouts = { connectTimeoutSeconds: seconds, requestTimeoutSeconds: seconds };
  const general = Object.fromEntries(Object.entries(timeouts).map(([key, value]) => [`dli:${key}`, String(value)]));
  const fleet = entriesIn(values["dli:devices"]);
  if (fleet === undefined) {
    return { ...values, ...general };
  }
  const entries = Object.entries(fleet).map(([device, entry]) => [device, { ...(entry as object), ...timeouts }]);
  return { ...values, ...general, "dli:devices": JSON.stringify(Object.fromEntries(entries)) };
}

/** The environment without any device's timeouts, which would win over these. */
export function withoutTimeouts(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^DLI_(\w+_)?(CONNECT|REQUEST)_TIMEOUT_SECONDS$/.test(name)),
  );
}

/** The entries of `dli:devices`, or nothing if malformed: whatever reads it later reports what is wrong. */
function entriesIn(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const fleet = JSON.parse(text ?? "") as Record<string, unknown>;
    const isFleet =
      typeof fleet === "object" && fleet !== null && Object.values(fleet).every((one) => one instanceof Object);
    return isFleet ? fleet : undefined;
  } catch {
    return undefined;
  }
}
