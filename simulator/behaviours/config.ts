/** `config/`: how many links fit on the home page. */
import type { Behaviour, DeviceCore } from "../device/contract";
import { breaksRule } from "../device/root";
import type { Json } from "../schema/nodes";

const mostLinks = 4;

export function configBehaviours(device: DeviceCore): Behaviour[] {
  const refuseTooMany = (count: number): void => {
    if (count > mostLinks && device.dialects.extraLink === "refused") {
      throw breaksRule(device, `There are at most ${mostLinks} links`);
    }
  };
  return [
    {
      name: "limit the number of links",
      path: "config/links",
      accept(_context, value, next) {
        const links = next(value) as Json[];
        refuseTooMany(links.length);
        return links;
      },
      insert(_context, value, next) {
        refuseTooMany(device.tree.config.links.length + 1);
        return next(value);
      },
    },
  ];
}
