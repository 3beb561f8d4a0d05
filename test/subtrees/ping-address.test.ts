/** Which addresses AutoPing items may have: all that devices accept, and none that can never answer. */
import { checkValues, failureText } from "../../provider/lifecycle/inputs/check";
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";

/** The failures of a list of addresses. */
function said(...addresses: string[]): string[] {
  const definition = resources.find((one) => one.type === "AutoPingItem")!;
  return checkValues("AutoPingItem", inputsOf(definition), { addresses }).failures.map(failureText);
}

test.each([
  "192.168.0.1",
  "255.255.255.255",
  "nas",
  "NAS_1",
  "server-1",
  "server.example.org.",
  "7.example",
  "1.2.3.example.com",
  "xn--mller-kva.example",
  "müller.lan",
  "::1",
  "fe80::1%eth0",
  "[2001:db8::1]",
  "icmp://10.0.0.1",
  "ICMP://nas",
  "icmp://::1",
  "link://eth0",
  "link://wlan0",
  "link://eth0.2",
  "tcp://nas:22",
  "tcp://[2001:db8::1]:65535",
  "http://192.168.0.1:8080/x",
  "https://nas/a,b;c?d=1,2#e",
  "https://user:word@nas:8443",
  "http://[::1]/",
])("%s may be pinged", (address) => {
  expect(said("other", address)).toEqual([]);
});

test.each([
  ["192.168.0.1,192.168.0.2", "several addresses are several elements of the list"],
  ["192.168.0.1;192.168.0.2", "several addresses are several elements of the list"],
  ["192.168.0.1 ", "has a blank"],
  [" 192.168.0.1", "has a blank"],
  ["router nas", "has a blank"],
  ["http://nas/a b", "has a blank"],
  ["192,168,0,1", "has a blank, a comma"],
  ["192.168.0.1/24", "is no address"],
  ["192.168.0.300", "is no IPv4 address"],
  ["192.168.0", "is no IPv4 address"],
  ["192.168.0.1.", "is no IPv4 address"],
  ["192.168.O.1", "is no IPv4 address"],
  ["192.168.0.l", "is no IPv4 address"],
  ["0xC0A80001", "is no IPv4 address"],
  ["1921680001", "is no IPv4 address"],
  ["icmp://192.168.0.256", "is no IPv4 address"],
  ["192.168.0.1:80", "is no IPv6 address; a host with a port is written as tcp://HOST:PORT"],
  ["12345::1::2", "is no IPv6 address"],
  ["http//nas", "is no address"],
  ["htp://nas", "has to be a host alone"],
  ["ping://", "has to be a host alone"],
  ["://nas", "has to be a host alone"],
  ["http://", "is no address"],
  ["http://:80", "is no address"],
  ["http://nas:0", "has no port"],
  ["http://192.168.0.300/", "is no IPv4 address"],
  ["http://nas^/", "has characters that a URL cannot have"],
  ["tcp://nas", "has to end with a port"],
  ["tcp://nas:22/", "has to end with a port"],
  ["tcp://nas:99999", "has no port of 1 to 65535"],
  ["tcp://192.168.0.300:22", "is no IPv4 address"],
  ["tcp://::1:22", "has to have brackets"],
  ["link://", "has to name a port of the device"],
  ["-", "is no address"],
  ["*", "is no address"],
  ["nas..lan", "is no address"],
  ["-nas", "is no address"],
])("%s can never answer", (address, reason) => {
  const all = said("other", address);
  expect(all).toHaveLength(1);
  expect(all[0]?.startsWith("addresses[1] ")).toBe(true);
  expect(all[0]).toContain(reason);
});

test("an empty address is said to be empty", () => {
  expect(said("")).toEqual(["addresses[0] is empty; it has to be a text with at least one character."]);
});
