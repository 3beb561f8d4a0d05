/** The names of definitions and inputs in other cases, for files, programs and schemas. */

/** `AutoPingItem` is `auto-ping-item`. */
export function kebabCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}

/** `onDestroy` is `OnDestroy`. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `OnDestroy` is `onDestroy`. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
