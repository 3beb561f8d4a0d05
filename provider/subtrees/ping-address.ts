/** What AutoPing can ping: the forms of an address that devices accept (device.md section 3.5). */
import { isIPv4, isIPv6 } from "node:net";

const notIPv4 = "is no IPv4 address, which has four numbers of 0 to 255, and no host name either";
const noHost =
  "is no address: a host name has letters, digits, hyphens and dots only; an IPv4 address has four numbers of 0 to 255";
const schemes = "icmp://HOST, link://eth0, tcp://HOST:PORT, http://HOST or https://HOST";

/**
 * Why an address can never answer, so that its outlets would be cycled for nothing, as a clause; `undefined` if it may.
 */
export function addressProblem(text: string): string | undefined {
  if (/[,;\s]/.test(text) && !/^https?:\/\/\S+$/i.test(text)) {
    return "has a blank, a comma or a semicolon in it: several addresses are several elements of the list";
  }
  const [, scheme, rest = text] = /^([^/:]*):\/\/(.*)$/.exec(text) ?? [];
  switch (scheme?.toLowerCase()) {
    case undefined:
    case "icmp":
      return hostProblem(rest);
    case "link":
      return /^[a-z][\w.-]*$/i.test(rest) ? undefined : "has to name a port of the device, as link://eth0";
    case "tcp":
      return /:\d+$/.test(rest) ? authorityProblem(rest) : "has to end with a port, as tcp://HOST:PORT";
    case "http":
    case "https":
      return /^[^\p{Cc}"<>\\^`{|}]*$/u.test(rest)
        ? authorityProblem(rest.replace(/[/?#].*$/, "").replace(/^.*@/, ""))
        : "has characters that a URL cannot have";
    default:
      return `has to be a host alone, or one of ${schemes}`;
  }
}

function authorityProblem(text: string): string | undefined {
  const [, host = text, port] = /^(.*):(\d*)$/.exec(text) ?? [];
  if (port !== undefined && (port.length > 5 || Number(port) < 1 || Number(port) > 65535)) {
    return "has no port of 1 to 65535 behind the colon";
  }
  const inBrackets = /^\[(.*)\]$/.exec(host)?.[1];
  if (inBrackets !== undefined) {
    return isIPv6(inBrackets) ? undefined : "has no IPv6 address in its brackets";
  }
  return host.includes(":") ? "has to have brackets around its IPv6 address" : nameProblem(host);
}

function hostProblem(text: string): string | undefined {
  if (text.includes(":")) {
    const isAddress = isIPv6(text.replace(/^\[(.*)\]$/, "$1"));
    return isAddress ? undefined : "is no IPv6 address; a host with a port is written as tcp://HOST:PORT";
  }
  return nameProblem(text);
}

/** Why a host name is invalid. One that ends with a number is a mistyped address, as `192.168.O.1` with a letter. */
function nameProblem(host: string): string | undefined {
  if (isIPv4(host)) {
    return undefined;
  }
  if (/^[\d.]+$/.test(host)) {
    return notIPv4;
  }
  const labels = host.replace(/\.$/, "").split(".");
  const isName = host.length <= 253 && labels.every((label) => /^(?!-)[\p{L}\p{N}\p{M}_-]{1,63}(?<!-)$/u.test(label));
  if (!isName) {
    return noHost;
  }
  const numbers = labels.filter((label) => /^\d+$/.test(label)).length;
  const isMeantForIPv4 = /^(?:\d+|0x[\da-f]*)$/i.test(labels.at(-1) ?? "") || (labels.length === 4 && numbers === 3);
  return isMeantForIPv4 ? notIPv4 : undefined;
}
