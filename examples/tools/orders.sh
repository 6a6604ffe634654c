# The tool orders:list: the orders of a customer. The arguments are not looked at.
cat > /dev/null
echo '[{"eur": 20, "state": "paid"}, {"eur": 30, "state": "paid"}, {"eur": 100, "state": "open"}]'
