#!/usr/bin/env bash
# Runs one command of Pulumi for every site that has a file Pulumi.SITE.yaml, four at a time:
#   ./run.sh up --yes --skip-preview --continue-on-error
# Each line begins with its site. Ends with 0 when all have ended with 0, and with 123 otherwise.
set -euo pipefail
cd "$(dirname "$0")"
for file in Pulumi.*.yaml; do
  site=${file#Pulumi.}
  printf '%s\0' "${site%.yaml}"
done | xargs -0 -P "${PARALLEL:-4}" -I '{site}' bash -o pipefail -c '
  site=$1
  shift
  # Ctrl-C is for Pulumi alone, which ends what it has begun, but not if nobody reads its output any more.
  trap "" INT
  (trap - INT; exec pulumi "$@" --stack "$site" 2>&1) | (sed "s/^/$site  /" || cat >/dev/null) || exit 1
' run '{site}' "$@"
