# The tool price:get: the price of item N is 3 N + 5.
item=$(sed 's/[^0-9]//g')
echo $((3 * item + 5))
