"""How is it steered? A pipeline is taught a thing that it has never seen, and what it forgets meanwhile is seen, too."""
