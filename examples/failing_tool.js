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

const order = 12;

try {
  await tools['orders:cancel']({ order });
} catch ({ message: reason }) {
  // An error has `message` and `code` as the tool answered; a tool that no --tool names has the code TOOL_NOT_FOUND.
  const noted = await tools['notes:add']({ order, text: `could not be cancelled: ${reason}` });
  return { cancelled: false, reason, noted };
}
return { cancelled: true };
