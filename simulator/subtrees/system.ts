/** `system/`: the clock, reboots, upgrades and backups. */
import { array, call, computed, number, object, opaque, type StateOf } from "../schema/nodes";

/** system/ (device.md section 3.10). time is in seconds since 1970, uptime in seconds. */
export const systemSchema = object(
  {
    time: computed(number(), { readonly: false }),
    uptime: computed(number()),
    uploads: array(opaque(), { readonly: true }),
    upload_file: call(),
    remove_uploaded_file: call(),
    verify_upgrade: call(),
    upgrade: call({ protectedBy: "firmware" }),
    preserve_packages: opaque(),
    apply_maintenance_file: call({ protectedBy: "maintenance" }),
    apply_maintenance_code: call({ protectedBy: "maintenance" }),
    enumerate_configuration: call(),
    create_backup: call(),
    enumerate_backup: call(),
    known_backup_resolution_options: array(opaque(), { readonly: true }),
    resolve_backup_item: call(),
    resolve_backup_item_with_content: call(),
    restore_backup: call({ protectedBy: "restore" }),
    reboot: call(),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true },
);

/** The stored state of system/. */
export type SystemState = StateOf<typeof systemSchema>;

/** Nothing uploaded. */
export function initialSystem(): SystemState {
  return {
    uploads: [],
    preserve_packages: null,
    known_backup_resolution_options: [],
    notifications: [],
  };
}
