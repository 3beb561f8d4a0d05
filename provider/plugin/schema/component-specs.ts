/** What the schema says of the components. Generated from sdk/components/ by `npm run generate`. Do not edit. */
import type { ComponentSpecs } from "./components";

export const componentSpecs: ComponentSpecs = {
  components: {
    PowerController: {
      description:
        "A whole device: its outlets by name, its users, what it watches, its script and how it is hardened.",
      inputs: {
        device: {
          type: "string",
          description: 'Name of the device in configuration (`dli:devices`). Default: `"default"`.',
        },
        name: {
          type: "string",
          description: "The device's own name.",
        },
        outlets: {
          type: "object",
          additionalProperties: {
            $ref: "#/types/dli:index:NamedOutlet",
          },
          description:
            "Outlets by name: everything about each. In TypeScript the number printed on the case alone will do.",
        },
        users: {
          type: "object",
          additionalProperties: {
            $ref: "#/types/dli:index:NamedUser",
          },
          description: "Users by name. Those with outlets can switch them through the REST-style API too.",
        },
        watch: {
          type: "object",
          additionalProperties: {
            $ref: "#/types/dli:index:Watch",
          },
          description:
            'Addresses to ping, by a name of your choice; `{ router: { addresses: ["192.168.0.1"] } }` cycles outlet `router`.',
        },
        autoPing: {
          $ref: "#/types/dli:index:AutoPingSettings",
          description: "How AutoPing pings. With `watch` it is enabled unless this says otherwise.",
        },
        script: {
          type: "string",
          description: "The device's Lua script.",
        },
        hardened: {
          oneOf: [
            {
              $ref: "#/types/dli:index:SecurityBaselineSettings",
            },
            {
              type: "boolean",
            },
          ],
          description:
            "Whether `SecurityBaseline` hardens the device, or with which settings: `{ ssh: \"leave\" }` leaves SSH as it is. The admin's password stays as it is; where that is the factory's, add `AdminPassword`. Default: `false`.",
        },
      },
      requiredInputs: [],
      outputs: {
        outlets: {
          type: "object",
          additionalProperties: {
            $ref: "#/resources/dli:index:Outlet",
          },
          description: "The outlets by name.",
        },
        users: {
          type: "object",
          additionalProperties: {
            $ref: "#/resources/dli:index:User",
          },
          description: "The users by name.",
        },
        watched: {
          type: "object",
          additionalProperties: {
            $ref: "#/resources/dli:index:AutoPingItem",
          },
          description: "What is watched, by name.",
        },
      },
    },
    SecurityBaseline: {
      description:
        "The hardening that fits most devices: only the REST-style API and the web page are enabled, passwords are never sent in plain text, failed logins lock out, sessions end. It never changes the network, the REST-style API or the protection bits, which could lock this provider out, nor the admin's password. When it turns off what known tools need, a warning names them, once, with the way to keep it.",
      inputs: {
        device: {
          type: "string",
          description: 'Name of the device in configuration (`dli:devices`). Default: `"default"`.',
        },
        plaintextLogins: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description:
            "Whether passwords may be sent in plain text (Basic and form logins). dlipower and what is built on it, MAAS, powerman and Bitfocus Companion need that. Default: `false`.",
        },
        jsonRpc: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description: "Whether JSON-RPC is enabled, for the admin and for others. Default: `false`.",
        },
        ssh: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description:
            "Whether SSH is enabled. The `uom` command, which unlocks locked outlets, needs it. Default: `false`.",
        },
        snmp: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description: "Whether SNMP is enabled. Default: `false`.",
        },
        upnp: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description:
            "Whether the device announces itself by UPnP. Home Assistant's WeMo integration and voice assistants need that. Default: `false`.",
        },
        mqtt: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description: "Whether the device connects to an MQTT broker. Default: `false`.",
        },
        modbus: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description: "Whether Modbus is enabled. Devices without Modbus are skipped. Default: `false`.",
        },
        lockoutDelayMinutes: {
          oneOf: [
            {
              type: "integer",
            },
            {
              type: "string",
            },
          ],
          description: "How long everyone is locked out after failed logins, in minutes; 0 = never. Default: `5`.",
        },
        sessionTimeoutSeconds: {
          oneOf: [
            {
              type: "integer",
            },
            {
              type: "string",
            },
          ],
          description: "How long an idle web session lasts, in seconds. Default: `1800`.",
        },
        keypad: {
          oneOf: [
            {
              type: "boolean",
            },
            {
              type: "string",
            },
          ],
          description: 'Whether the keypad on the device works. Default: `"leave"`.',
        },
      },
      requiredInputs: [],
      outputs: {
        stopsWorking: {
          type: "array",
          items: {
            type: "string",
          },
          description: "Known tools that need what it turns off.",
        },
      },
    },
  },
  types: {
    NamedOutlet: {
      description: "An outlet of a `PowerController`; its name is its key.",
      properties: {},
      required: [],
      takes: {
        from: "Outlet",
        without: ["name", "device"],
      },
    },
    NamedUser: {
      description: "A user of a `PowerController`; the name is its key.",
      properties: {
        outlets: {
          $ref: "pulumi.json#/Any",
          plain: true,
          description: "Names of the outlets that the user may switch, or `all`. Default: `[]`.",
        },
      },
      required: [],
      takes: {
        from: "User",
        without: ["name", "device", "outletAccess"],
      },
    },
    Watch: {
      description: "Addresses that a `PowerController` watches.",
      properties: {
        outlets: {
          type: "array",
          items: {
            type: "string",
          },
          description: "Names of the outlets to act on. Default: The outlet of the same name.",
        },
      },
      required: [],
      takes: {
        from: "AutoPingItem",
        without: ["device", "outlets"],
      },
    },
    AutoPingSettings: {
      description: "Arguments of AutoPing, for another component.",
      properties: {},
      required: [],
      takes: {
        from: "AutoPing",
        without: ["device"],
      },
    },
    SecurityBaselineSettings: {
      description: "Arguments of SecurityBaseline, for another component.",
      properties: {},
      required: [],
      takes: {
        from: "SecurityBaseline",
        without: ["device"],
      },
    },
  },
};
