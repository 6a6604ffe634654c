const n = 'users:' + inputs; await callTool(n, {}); await tools[n](); await tools.clock(); globalThis.x = eval; Object.keys(Math);
