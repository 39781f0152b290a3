# A second one on the same session is told, and not heard while the first lives.
subscribers 1
run 300
publish 1
run 5
stranger impostor SIMULATED 2 other
run 5
publish 1
run 100
stranger impostor SIMULATED 1 one two three
stranger somebody ELSE 1 theirs
idle
