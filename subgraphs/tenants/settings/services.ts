/** The services that can be backed up. The settings table has one column per service. */
export const services = ['mail', 'calendar', 'contacts', 'oneDrive', 'sharePoint', 'teams'] as const
