/** The services that can be backed up. Each one is a column of the settings table. */
export const services = ['mail', 'calendar', 'contacts', 'oneDrive', 'sharePoint', 'teams'] as const
