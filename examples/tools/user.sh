# The tool users:get: arguments {"id": N} as JSON on stdin, the result as JSON on stdout.
id=$(sed 's/[^0-9]//g')
echo "{\"id\": $id, \"name\": \"Ada Example\"}"
