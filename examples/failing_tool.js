// A tool that fails is a rejected promise: the script catches it and does something else. Not caught, it would end the
// run with TOOL_ERROR.
//
// Run it from the project's root:
//   scripts/run run examples/failing_tool.js \
//     --tool orders:cancel='echo "order 12 has been shipped" >&2; exit 1' \
//     --tool notes:add='echo true'
//
// It prints:
//   {"cancelled":false,"reason":"order 12 has been shipped","noted":true}

var order = 12;

try {
  await(callTool('orders:cancel', { order: order }));
} catch (error) {
  // `message` and `code` are what the tool answered with; a tool that no --tool names has the code TOOL_NOT_FOUND.
  var noted = await(callTool('notes:add', { order: order, text: 'could not be cancelled: ' + error.message }));
  return { cancelled: false, reason: error.message, noted: noted };
}
return { cancelled: true };
