"""`python -m pipelines.warehouse.install`: what is made of the models once, when an environment is made, so that no
installation waits for it. `build` does it; nothing else belongs here.
"""

from pipelines.warehouse import build

if __name__ == "__main__":
    build.install()
