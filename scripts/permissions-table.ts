export const permissionsTable = async () => ''
