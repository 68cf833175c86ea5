import type { MutationResolvers } from '../schema.types.ts'
import { changeSettings } from '../settings/change-settings.ts'
import { services } from '../settings/services.ts'

/** Changes which services are backed up. Services that are not in the input keep their value. */
export const updateServiceSettings: MutationResolvers['updateServiceSettings'] = (
  _,
  { input },
  context,
) =>
  changeSettings(context, 'service_settings.updated', input, async () => ({
    set: Object.fromEntries(
      services.filter((name) => input[name] != null).map((name) => [name, input[name]]),
    ),
  }))
